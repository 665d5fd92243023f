/** What a person is asked to do on a machine, as it will be shown. */
export interface Task {
  /** For a shell on this machine, in the current folder; those for another machine go there by ssh. */
  readonly commands: readonly string[]
  readonly machine: Machine
  /** What is to be known beforehand, one line each. */
  readonly notes: readonly string[]
  /** Another way to the same end, for a shell on this machine. */
  readonly otherwise?: {readonly command: string; readonly when: string}
  /** What it is about, in the imperative. */
  readonly title: string
}

export interface Machine {
  readonly address: string
  /** Whether it is the one on which fedctl runs. */
  readonly isHere: boolean
  /** Id of the agent on it, `<datacenter>/<name>`. */
  readonly name: string
}
