#!/usr/bin/env bash
# What an operator would write to look at a federation: asks one server after another for the members of the WAN pool and for the catalog
# of every other datacenter, and every server for its certificate through the gateways.
#
# one-after-another.sh PKI SERVERS PATHS
#   PKI      folder of ca.pem, cli.pem and cli-key.pem
#   SERVERS  a line for each server: its address and all other datacenters
#   PATHS    a line for each way through a gateway: the gateway's address and the name of the server
# FEDCTL_CONSUL is the consul binary, CONSUL_HTTP_TOKEN the token.
set -euo pipefail

pki=$1 servers=$2 paths=$3

while read -r address datacenters; do
  export CONSUL_HTTP_ADDR=http://$address:8500
  "$FEDCTL_CONSUL" members -wan
  for datacenter in $datacenters; do "$FEDCTL_CONSUL" catalog services -datacenter "$datacenter"; done
done <"$servers"

while read -r gateway name; do
  openssl s_client -connect "$gateway" -servername "$name" -verify_hostname "$name" -verify_return_error -alpn consul/rpc-multi \
    -CAfile "$pki/ca.pem" -cert "$pki/cli.pem" -key "$pki/cli-key.pem" </dev/null
done <"$paths"
