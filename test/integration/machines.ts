import {type ChildProcess, spawn} from 'node:child_process'
import {chmod, mkdir, readFile, symlink, writeFile} from 'node:fs/promises'
import {userInfo} from 'node:os'
import {join} from 'node:path'

import {execa} from 'execa'

/** What starts a unit here: the program that its ExecStart names, in the background, and nothing more. */
const systemctl = `#!/bin/bash
set -euo pipefail
[ "$1" = daemon-reload ] && exit
verb=$1 unit="\${*: -1}"
folder="$(dirname "$0")/../units"
# One after another, as systemd does it: of two starts at once one would never be ended.
exec 9>"$folder/$unit.lock"
flock 9
[ "$verb" = reload ] && exec kill -HUP "$(cat "$folder/$unit.pid")"
pid=$(cat "$folder/$unit.pid" 2>/dev/null || true)
if [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; then
  [ "$verb" = restart ] || exit 0
  kill "$pid"
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
fi
setsid $(sed -n 's/^ExecStart=//p' "$folder/$unit.service") >"$folder/$unit.log" 2>&1 </dev/null 9>&- &
echo $! >"$folder/$unit.pid"
`

/** Machines with Consul installed, as folders of this one: a unit for each agent, and a systemctl that starts it. */
export interface Machines {
  /** What a shell there has. */
  readonly env: NodeJS.ProcessEnv
  /** `install` of an agent in the federation file. */
  readonly install: (agent: string) => string
  /** Runs a command as somebody does who pastes it. */
  paste(command: string): Promise<void>
  /** Runs a command that goes on, in a shell of its own. */
  pasteAside(command: string): void
  /** Ends everything that was started. */
  stop(): Promise<void>
}

/** @param workspace where commands are pasted; agents are named without their datacenter. */
export async function startMachines(folder: string, workspace: string, agents: readonly string[]): Promise<Machines> {
  const [bin, units] = [join(folder, 'bin'), join(folder, 'units')]
  await Promise.all([bin, units].map((path) => mkdir(path, {recursive: true})))
  await writeFile(join(bin, 'systemctl'), systemctl)
  await chmod(join(bin, 'systemctl'), 0o755)
  const consul = process.env.FEDCTL_CONSUL ?? (await execa('which', ['consul'])).stdout
  await symlink(consul, join(bin, 'consul'))
  const configDir = (agent: string) => join(folder, agent, 'etc/consul.d')
  for (const agent of agents)
    await writeFile(
      join(units, `${agent}.service`),
      `[Service]\nExecStart=${consul} agent -config-dir=${configDir(agent)}\n`,
    )
  const env = {...process.env, PATH: `${bin}:${process.env.PATH}`}
  const {stdout: group} = await execa('id', ['-gn'])
  const aside: ChildProcess[] = []
  return {
    env,
    install: (agent) =>
      `{ config_dir: ${configDir(agent)}, data_dir: ${join(folder, agent, 'data')}, group: ${group}, service: ${agent}, user: ${userInfo().username} }`,
    async paste(command) {
      await execa('bash', ['-ec', command], {cwd: workspace, env, stdin: 'ignore'})
    },
    pasteAside(command) {
      aside.push(spawn('bash', ['-ec', command], {cwd: workspace, detached: true, env, stdio: 'ignore'}))
    },
    async stop() {
      const pids = await Promise.all(
        agents.map(async (agent) => Number(await readFile(join(units, `${agent}.pid`), 'utf8').catch(() => ''))),
      )
      for (const pid of pids) if (pid > 0) endGroup(pid)
      for (const {pid} of aside) if (pid !== undefined) endGroup(pid)
    },
  }
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
