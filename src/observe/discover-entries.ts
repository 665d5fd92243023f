const secretValue = /\b([\w-]*(?:credential|key|pass|secret|token)[\w-]*)=("[^"]*"|\S+)/gi

/**
 * An entry of `primary_gateways` or `retry_join_wan` as it may be shown and kept. A go-discover text can hold the keys of a cloud account,
 * and Consul hides them in `/v1/agent/self` for the one list but not for the other ("TestRuntimeConfig_Sanitize", 1.8–1.21).
 */
export function shownEntry(entry: string): string {
  return entry.replaceAll(secretValue, '$1=hidden')
}

/** Whether an entry is a go-discover text instead of a host and a port. */
export function isDiscovered(entry: string): boolean {
  return /\bprovider=/.test(entry)
}
