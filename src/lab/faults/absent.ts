/** Faults that no lab can have, and why. */
export const absentFaults: readonly {readonly reason: string; readonly title: string}[] = [
  {
    reason: 'it would know none of the tokens of the lab, so nobody could read what it is',
    title: 'a second datacenter of the same name',
  },
  {
    reason: 'the gateway of a lab passes every name that Consul knows',
    title: 'a gateway that passes some names only',
  },
  {
    reason: 'nothing stands in front of the gateways of a lab',
    title: 'something in front of a gateway that ends TLS',
  },
  {
    reason: 'Consul alone writes federation states, and offers no way to write another',
    title: 'a stale federation state',
  },
  {
    reason: 'replication copies them anew within seconds; see replication-token-too-narrow',
    title: 'a config entry that is not replicated',
  },
]
