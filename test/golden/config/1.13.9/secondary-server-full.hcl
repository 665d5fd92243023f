# Written by fedctl from federation.yaml. Change it there and render again: changes made here are lost.

# Who this agent is. All agents name the same primary datacenter; it owns ACLs, the Connect root and config entries.
node_name = "dc2-s1"
datacenter = "dc2"
primary_datacenter = "dc1"
domain = "consul.example"
server = true
bootstrap_expect = 3

# Where it listens, and the addresses that it tells others.
bind_addr = "10.2.0.1"
advertise_addr_wan = "198.51.100.21"
client_addr = "127.0.0.1 10.2.0.1"
translate_wan_addrs = true
ports {
  http = -1
  https = 8501
  serf_lan = 9301
  serf_wan = 9302
  server = 9300
}

# The servers of its own datacenter.
retry_join = ["10.2.0.2:9301", "10.2.0.3:9301"]
retry_interval = "5s"

# Gossip encryption: one key in all datacenters, because their servers form one WAN pool.
encrypt = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

# TLS between agents. Certificates carry server.<datacenter>.<domain>, and the name of the node for calls through gateways.
tls {
  internal_rpc {
    ca_file = "/etc/consul.d/tls/ca.pem"
    cert_file = "/etc/consul.d/tls/agent.pem"
    key_file = "/etc/consul.d/tls/agent-key.pem"
    verify_incoming = true
    verify_outgoing = true
    verify_server_hostname = true
  }
  https {
    ca_file = "/etc/consul.d/tls/ca.pem"
    cert_file = "/etc/consul.d/tls/agent.pem"
    key_file = "/etc/consul.d/tls/agent-key.pem"
  }
}

# Service mesh, and the way to other datacenters.
connect {
  enabled = true
  enable_mesh_gateway_wan_federation = true
}
primary_gateways = ["gw1.dc1.example:8443", "gw2.dc1.example:8443"]
primary_gateways_interval = "10s"
retry_interval_wan = "10s"

# Access control. These tokens are secret: keep this file readable for Consul alone.
acl {
  enabled = true
  default_policy = "deny"
  down_policy = "extend-cache"
  enable_token_replication = true
  tokens {
    agent = "00000000-0000-0000-0000-00000000a9e7"
    replication = "00000000-0000-0000-0000-000000005e71"
  }
}

# State, logs and timing.
data_dir = "/opt/consul"
log_level = "warn"
performance {
  raft_multiplier = 1
}
disable_update_check = true
