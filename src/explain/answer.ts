/** What fedctl knows about a check, a category of them, a cause, an error code, a fault of a lab, or a text of Consul or Envoy. */
export interface Answer {
  /** Likely causes, the most likely first. */
  readonly causes: readonly string[]
  /** Checks that find the fault behind it. */
  readonly checks: readonly string[]
  /** A page of the documentation with an anchor. */
  readonly docs?: string
  /** Commands and edits, the most useful first. */
  readonly fix: readonly string[]
  readonly id: string
  readonly kind: 'category' | 'cause' | 'check' | 'error' | 'fault' | 'text'
  /** Where to look to tell the causes apart. */
  readonly look: readonly string[]
  /** For texts of several lines: how many of the lines lead here. */
  readonly lines?: number
  /** Paragraphs. */
  readonly meaning: readonly string[]
  readonly title: string
  readonly versions?: string
}
