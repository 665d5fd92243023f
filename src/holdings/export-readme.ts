/** When and of what an export was made. */
export interface ExportOrigin {
  /** ISO 8601. */
  readonly at: string
  readonly datacenter: string
  readonly primary: string
}

/** What lies beside exported things, for whoever finds them later. */
export function exportReadme({at, datacenter, primary}: ExportOrigin): string {
  return `What ${datacenter} held at ${at}, before it became a secondary of ${primary}.

It holds secrets of tokens: keep it, and keep it to yourself.

index.json       each thing with what was to become of it, and why
account.txt      once the move is done: what became of each
holdings.json    all of it in one piece, with which fedctl goes on after an interruption
the other files  one thing each, as Consul's HTTP API takes it

To make a thing again, in ${primary} (policies before roles, roles before tokens; add "Datacenters": ["${datacenter}"] to a
policy that is to be in force in ${datacenter} alone):

  printf 'X-Consul-Token: %s' "$(cat MANAGEMENT-TOKEN-FILE)" | curl -H @- -X PUT --data @policies/NAME.json "$CONSUL_HTTP_ADDR/v1/acl/policy"

  policies/*        PUT  /v1/acl/policy
  roles/*           PUT  /v1/acl/role
  tokens/*          PUT  /v1/acl/token
  config-entries/*  PUT  /v1/config
  intentions/*      POST /v1/connect/intentions
  auth-methods/*    PUT  /v1/acl/auth-method
  binding-rules/*   PUT  /v1/acl/binding-rule

KV, services and prepared queries are not here: they stay in ${datacenter}. Local tokens ("Local": true) stay there too, and are made
again there, not in ${primary}. A token that may write ACLs opens the whole federation once it is in ${primary}.
`
}
