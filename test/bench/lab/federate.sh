#!/usr/bin/env bash
# What an operator would write to federate two datacenters on this machine: starts every agent and gateway, bootstraps the ACLs,
# makes the policies and tokens, registers the gateways, and asks each datacenter for the catalog of the other until both answer.
#
# federate.sh WORKSPACE LISTS FEDCTL...
#   WORKSPACE  federation.yaml, and the configuration of each agent below rendered/
#   LISTS      policies: a file for each, named after it; tokens.tsv: secret, description and policies of each token;
#              anonymous: policies of the anonymous token; gateway: the token that gateways are registered with
#   FEDCTL     the command that runs gateways
# FEDCTL_CONSUL is the consul binary. What it starts goes on in its process group.
set -euo pipefail

workspace=$1 lists=$2
shift 2
fedctl=("$@")
pause=0.1

configuration() { echo "$workspace/rendered/$1/$2/etc/consul.d"; }
address() { sed -n 's/^client_addr = "\(.*\)"$/\1/p' "$(configuration "$1" "$2")/consul.hcl"; }
background() { # log, command...
  local log=$1
  shift
  "$@" >"$lists/$log.log" 2>&1 </dev/null &
}
consul() { # agent's address, arguments...
  CONSUL_HTTP_ADDR=http://$1:8500 "$FEDCTL_CONSUL" "${@:2}"
}
patiently() { until "$@" >/dev/null 2>&1; do sleep "$pause"; done; }
start_agent() { background "$2" "$FEDCTL_CONSUL" agent -config-dir="$(configuration "$1" "$2")"; }

registration() { # datacenter, address
  cat <<JSON
{
  "service": {
    "kind": "mesh-gateway", "id": "$1-gw1", "name": "mesh-gateway", "address": "$2", "port": 8443,
    "meta": {"consul-wan-federation": "1"},
    "tagged_addresses": {"lan": {"address": "$2", "port": 8443}, "wan": {"address": "$2", "port": 8443}},
    "check": {"name": "mesh-gateway listening", "tcp": "$2:8443", "interval": "1s", "timeout": "1s"}
  }
}
JSON
}

bootstrap_acl() { # address of a server
  until bootstrapped=$(consul "$1" acl bootstrap 2>/dev/null); do sleep "$pause"; done
  CONSUL_HTTP_TOKEN=$(awk '/^SecretID:/ {print $2}' <<<"$bootstrapped")
  export CONSUL_HTTP_TOKEN
  local policy secret description policies
  for policy in "$lists"/policies/*; do
    consul "$1" acl policy create -name "${policy##*/}" -rules "@$policy" >/dev/null
  done
  while IFS=$'\t' read -r secret description policies; do
    # shellcheck disable=SC2086
    consul "$1" acl token create -secret "$secret" -description "$description" ${policies//,/ } >/dev/null
  done <"$lists/tokens.tsv"
  # shellcheck disable=SC2046
  consul "$1" acl token update -id 00000000-0000-0000-0000-000000000002 -merge-policies $(cat "$lists/anonymous") >/dev/null
}

start_gateway() { # datacenter, address of the agent beside it
  background "$1-gw1" "${fedctl[@]}" gateway run --federation "$workspace/federation.yaml" --gateway "$1/$1-gw1"
  registration "$1" "$2" >"$lists/$1-gw1.json"
  CONSUL_HTTP_TOKEN=$(cat "$lists/gateway") patiently consul "$2" services register "$lists/$1-gw1.json"
}

first=$(address dc1 dc1-s1)
second=$(address dc2 dc2-s1)

start_agent dc1 dc1-s1
bootstrap_acl "$first"
start_agent dc1 dc1-c1
start_gateway dc1 "$(address dc1 dc1-c1)"

start_agent dc2 dc2-s1
start_agent dc2 dc2-c1
start_gateway dc2 "$(address dc2 dc2-c1)"

patiently consul "$first" catalog services -datacenter dc2
patiently consul "$second" catalog services -datacenter dc1
