import {defaults} from './defaults.js'
import type {Agent} from './model.js'

/** How an agent is installed on a manual host. */
export interface Installation {
  /** Absolute path there. */
  readonly configDir: string
  /** Absolute path there. */
  readonly dataDir: string
  readonly group: string
  /** Name of the systemd unit, without `.service`. */
  readonly service: string
  readonly user: string
}

/** What the file says of an agent's installation; what it leaves out is as in HashiCorp's packages. */
export function installationOf({install = {}}: Pick<Agent, 'install'>): Installation {
  const usual = defaults.install
  return {
    configDir: install.configDir ?? usual.config_dir,
    dataDir: install.dataDir ?? usual.data_dir,
    group: install.group ?? usual.group,
    service: install.service ?? usual.service,
    user: install.user ?? usual.user,
  }
}
