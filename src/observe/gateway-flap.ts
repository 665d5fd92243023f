/** A gateway that could be used before and cannot any more, or the other way round. */
export interface GatewayTransition {
  /** ISO 8601. */
  readonly at: string
  /** Gateway id, such as `dc1/dc1-gw1`. */
  readonly gateway: string
  readonly to: 'down' | 'up'
}
