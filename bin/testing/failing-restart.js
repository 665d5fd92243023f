import {rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {SetupError} from '../setup/programs.js'
import {inLab, lossesIn, proveMoved} from './moved-lab.js'

/** Of the secondary, so that the primary is moved when it fails. */
const failing = 'dc2-s2'

/**
 * Moves a lab in which one server does not come back from its restart, restores that server as the error says, and moves the lab to the end.
 * @param {NodeJS.ProcessEnv} env
 * @param {import('../setup/progress.js').Progress} progress
 * @returns {Promise<string[]>} what was seen on the way
 * @throws SetupError with what was otherwise; the lab is stopped and its folder kept
 */
export async function failOnce(env, progress) {
  const {FEDCTL_CONSUL: consul = 'consul', TMPDIR: temporary = '/tmp'} = env
  const wrapper = join(temporary, `fedctl-failing-consul-${process.pid}`)
  const broken = `${wrapper}.broken`
  await writeFile(wrapper, consulThatMayFail(consul, broken), {mode: 0o755})
  try {
    return await inLab({...env, FEDCTL_CONSUL: wrapper}, progress, async (lab) => {
      const before = await lab.belongings()
      await writeFile(broken, failing)
      const {code, output} = await lab.fedctl('bootstrap', 'secondary', '--existing', '--yes')
      await rm(broken)
      const restore = /bootstrap restore --node (\S+)/.exec(output)?.[1]
      if (code === 0 || restore !== `dc2/${failing}`)
        throw new SetupError(`the failing restart ended with ${code} and names ${restore ?? 'no way back'}:\n${output}`)
      const without = await lab.belongings()
      for (const [name, {leader}] of Object.entries(without))
        if (leader === '') throw new SetupError(`${name} has no leader while ${failing} is away`)
      const members = await lab.fedctl('verify', '--only', 'wan.rpc,raft.leader', '--output', 'short')
      await lab.must('bootstrap', 'restore', '--node', restore)
      const moved = await lab.must('bootstrap', 'secondary', '--existing', '--yes')
      return [
        `${failing} away, leaders ${Object.values(without)
          .map(({leader}) => leader)
          .join(' and ')}`,
        members.output.trim().split('\n').at(-1) ?? '',
        `${restore} restored`,
        ...(await proveMoved(lab, before)),
        ...[output, moved].flatMap(lossesIn),
      ]
    })
  } finally {
    await rm(broken, {force: true})
    await rm(wrapper, {force: true})
  }
}

/**
 * @param {string} consul
 * @param {string} broken file with the name of the agent that does not start
 */
function consulThatMayFail(consul, broken) {
  return `#!/bin/sh
broken=$(cat '${broken}' 2>/dev/null)
case "$*" in agent*"/\${broken:-none}/"*) echo 'this consul does not start' >&2; exit 1;; esac
exec '${consul}' "$@"
`
}
