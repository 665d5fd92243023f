import {z} from 'zod'

import {defaults} from '../defaults.js'
import {installPathProblem} from '../fields/path.js'
import {accountProblem, unitProblem} from '../fields/name.js'
import {text, withDefault} from './text.js'

const {install} = defaults

/** `install` of the federation and of an agent. */
export const installSchema = z
  .strictObject({
    config_dir: withDefault(
      text('folder of its configuration, which -config-dir names', {
        example: install.config_dir,
        problem: installPathProblem,
      }),
      install.config_dir,
    ),
    data_dir: withDefault(
      text('folder of its data', {example: install.data_dir, problem: installPathProblem}),
      install.data_dir,
    ),
    group: withDefault(text('group of its files', {example: install.group, problem: accountProblem}), install.group),
    service: withDefault(
      text('systemd unit that runs it', {example: install.service, problem: unitProblem}),
      install.service,
    ),
    user: withDefault(
      text('user that it runs as, who owns its files', {example: install.user, problem: accountProblem}),
      install.user,
    ),
  })
  .meta({
    description:
      "how agents are installed on manual hosts; the defaults are those of HashiCorp's packages. What an agent says counts before this",
  })
