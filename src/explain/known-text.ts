/** What a pattern's named groups caught in the text: `node`, `dc`, … */
export type Caught = Readonly<Partial<Record<string, string>>>

/** What a text tells: the fault itself, something that a fault brings about and so may have one of several causes, or what happens in a healthy federation too. */
export type Weight = 'cause' | 'ordinary' | 'sign'

/** A text that Consul, Envoy or a TLS library writes, and what it means in a federation. */
export interface KnownText {
  /** Likely causes, the most likely first. */
  readonly causes: readonly string[]
  /** Ids of the checks that find the fault behind it. */
  readonly checks: readonly string[]
  /** Real lines; a test holds that each leads here first. */
  readonly examples: readonly string[]
  /** It says that something failed and leaves the reason to the rest of the line, so it counts only where nothing else is known. */
  readonly leavesReason?: true
  /** Commands and edits that end it, the most useful first, with the names that the text itself gives. */
  readonly fix: (caught: Caught) => readonly string[]
  /** Stable, such as `tls.name-missing`. */
  readonly id: string
  /** Where to look to tell the causes apart. */
  readonly look: readonly string[]
  readonly meaning: string
  /** Matched against the text without escapes and line breaks; any of them is enough. */
  readonly patterns: readonly RegExp[]
  /** It is written once, when an agent starts or ends, and so is not over because it is not repeated. */
  readonly saidOnce?: true
  readonly title: string
  /** Versions that are concerned, where not all are. */
  readonly versions?: string
  /** A cause where it is left out. */
  readonly weight?: Exclude<Weight, 'cause'>
}
