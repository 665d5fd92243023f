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

# State, logs and timing.
data_dir = "/opt/consul"
log_level = "info"
disable_update_check = true
