export type What =
  | 'auth method'
  | 'binding rule'
  | 'config entry'
  | 'Connect root'
  | 'intention'
  | 'local token'
  | 'policy'
  | 'role'
  | 'token'

/**
 * What becomes of a thing of a datacenter that turns into a secondary. `recreate`: the primary has none, and one can be made there. `equal`: the primary
 * has the same. `conflict`: it vanishes, or its like in the primary counts. `stays`: replication leaves it alone. `replaced`: the primary's takes its place,
 * also where that is still to be made, as what fedctl makes for itself is.
 */
export type Fate = 'conflict' | 'equal' | 'recreate' | 'replaced' | 'stays'

export interface Thing {
  readonly fate: Fate
  /** How it is found again among its kind: an accessor, or a name. Never a secret. */
  readonly key: string
  /** For people. */
  readonly name: string
  readonly reason?: string
  readonly what: What
}

/** One thing to make in the primary. The body of a token holds its secret. */
export interface Recreation {
  readonly body: Readonly<Record<string, unknown>>
  readonly key: string
  readonly summary: string
  readonly what: 'config entry' | 'intention' | 'policy' | 'role' | 'token'
}

/** Of each thing its fate, and what has to be made for those that are to be recreated, in this order. */
export interface Comparison {
  readonly recreations: readonly Recreation[]
  readonly things: readonly Thing[]
}
