# Written by fedctl from federation.yaml. Change it there and render again: changes made here are lost.

# Who this agent is. All agents name the same primary datacenter; it owns ACLs, the Connect root and config entries.
node_name = "dc2-c1"
datacenter = "dc2"
primary_datacenter = "dc1"
domain = "consul"
server = false

# Where it listens, and the addresses that it tells others.
bind_addr = "127.7.2.11"
client_addr = "127.7.2.11"
ports {
  grpc = 8502
  grpc_tls = -1
}

# The servers of its own datacenter.
retry_join = ["127.7.2.1"]

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
log_level = "info"
disable_update_check = true
