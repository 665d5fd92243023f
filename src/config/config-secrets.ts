/** The secrets of one agent's configuration, in clear. Which of them an agent gets depends on its role. */
export interface ConfigSecrets {
  readonly agentToken?: string
  readonly gossipKey?: string
  /** For the first start of the primary's servers only. */
  readonly initialManagementToken?: string
  readonly replicationToken?: string
}
