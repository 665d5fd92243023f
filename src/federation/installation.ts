import {defaults} from './defaults.js'
import type {Agent, Installation} from './model.js'

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
