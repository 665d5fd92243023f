# Written by fedctl from federation.yaml. Change it there and render again: changes made here are lost.

# Who this agent is. All agents name the same primary datacenter; it owns ACLs, the Connect root and config entries.
node_name = "dc2-c1"
datacenter = "dc2"
primary_datacenter = "dc1"
domain = "consul.example"
server = false

# Where it listens, and the addresses that it tells others.
bind_addr = "{{ GetInterfaceIP \"ens3\" }}"
advertise_addr = "{{ GetInterfaceIP \"ens4\" }}"
client_addr = "127.0.0.1 {{ GetInterfaceIP \"ens3\" }}"
translate_wan_addrs = true
ports {
  grpc = 8502
  grpc_tls = -1
  serf_lan = 9301
}

# The servers of its own datacenter.
retry_join = ["10.2.0.1:9301", "10.2.0.2:9301", "10.2.0.3:9301"]
retry_interval = "5s"

# Gossip encryption: one key in all datacenters, because their servers form one WAN pool.
encrypt = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

# TLS between agents. Certificates carry server.<datacenter>.<domain>, and the name of the node for calls through gateways.
tls {
  defaults {
    ca_file = "/etc/consul.d/tls/ca.pem"
    cert_file = "/etc/consul.d/tls/agent.pem"
    key_file = "/etc/consul.d/tls/agent-key.pem"
    verify_outgoing = true
  }
  internal_rpc {
    verify_server_hostname = true
  }
}

# Access control. These tokens are secret: keep this file readable for Consul alone.
acl {
  enabled = true
  default_policy = "deny"
  down_policy = "extend-cache"
  tokens {
    agent = "00000000-0000-0000-0000-00000000a9e7"
  }
}

# State, logs and timing.
data_dir = "/opt/consul"
log_level = "warn"
disable_update_check = true
