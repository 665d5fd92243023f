# Written by fedctl from federation.yaml. Change it there and render again: changes made here are lost.

# Who this agent is. All agents name the same primary datacenter; it owns ACLs, the Connect root and config entries.
node_name = "dc1-s1"
datacenter = "dc1"
primary_datacenter = "dc1"
domain = "consul"
server = true
bootstrap_expect = 1

# Where it listens, and the addresses that it tells others.
bind_addr = "127.7.1.1"
client_addr = "127.7.1.1"
ports {
  grpc_tls = -1
}

# Service mesh, and the way to other datacenters.
connect {
  enabled = true
}

# State, logs and timing.
data_dir = "/opt/consul"
log_level = "info"
disable_update_check = true
