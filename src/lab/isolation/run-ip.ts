import {delimiter} from 'node:path'

import {FedctlError} from '../../errors/fedctl-error.js'
import type {Ports} from '../../system/ports.js'
import {type RunResult, runProgram} from '../../system/run.js'
import type {Command} from './network-commands.js'

type IpPorts = Pick<Ports, 'env' | 'signal'>

/** Where `ip` lies on Debian and others, and what the PATH of a shell that was opened with `su` may lack. */
const systemFolders: readonly string[] = ['/usr/sbin', '/sbin']

/**
 * Runs commands one after the other.
 * @param harmless what a command may fail with, such as `File exists` where it was done before.
 * @throws FedctlError `lab.isolation-failed` with what the program said, and the reason of the signal.
 */
export async function runAll(commands: readonly Command[], ports: IpPorts, harmless: RegExp): Promise<void> {
  for (const command of commands) {
    const {exitCode, stderr} = await runCommand(command, ports)
    if (exitCode === 0 || harmless.test(stderr)) continue
    throw new FedctlError('lab.isolation-failed', `${command.join(' ')}: ${stderr.trim() || `exit code ${exitCode}`}`, {
      suggestions: [
        'see what is there: ip netns list; ip -brief address',
        'remove what a lab has left, then run the same command again: fedctl lab down',
      ],
    })
  }
}

export interface Machine {
  /** Where `ip` is looked for beside the PATH. */
  readonly folders?: readonly string[]
  readonly platform: NodeJS.Platform
  /** Of the user; undefined where the system has none. */
  readonly uid: number | undefined
}

/** @throws FedctlError `lab.isolation-failed` where the machine is not Linux, the user is not root, or `ip` or `nsenter` is missing. */
export async function requireIsolation({folders, platform, uid}: Machine, ports: IpPorts): Promise<void> {
  if (platform !== 'linux') throw cannot(`this is ${platform}, and network namespaces are of Linux`, [])
  if (uid !== 0) {
    throw cannot('this user is not root, and only root may make network namespaces', [
      'run it as root, such as with sudo',
    ])
  }
  await requireProgram(['ip', '-V'], 'iproute2', ports, folders)
  await requireProgram(['nsenter', '--version'], 'util-linux', ports, folders)
}

async function requireProgram(
  command: Command,
  debianPackage: string,
  ports: IpPorts,
  folders: readonly string[] | undefined,
): Promise<void> {
  try {
    await runCommand(command, ports, folders)
  } catch (error) {
    if (!(error instanceof FedctlError)) throw error
    throw cannot(`there is no \`${command[0]}\` on the PATH`, [`apt install ${debianPackage}`], error)
  }
}

/** A route of this machine, as `ip -json route` has it. */
export interface Route {
  readonly dev?: string
  /** `default`, an address, or a network with its prefix length. */
  readonly dst: string
}

/** @returns The IPv4 routes of this machine. @throws FedctlError `lab.isolation-failed`. */
export async function readRoutes(ports: IpPorts): Promise<Route[]> {
  const {exitCode, stderr, stdout} = await runCommand(['ip', '-4', '-json', 'route', 'show'], ports)
  if (exitCode === 0) return JSON.parse(stdout || '[]') as Route[]
  throw cannot(`ip -json route: ${stderr.trim()}`, ['see which version it is, 4.13 or newer is needed: ip -V'])
}

async function runCommand(
  [file, ...args]: Command,
  {env, signal}: IpPorts,
  folders = systemFolders,
): Promise<RunResult> {
  const path = [...(env.PATH ? [env.PATH] : []), ...folders].join(delimiter)
  return runProgram(file, args, {env: {LC_ALL: 'C', PATH: path}, signal})
}

function cannot(why: string, suggestions: readonly string[], cause?: unknown): FedctlError {
  return new FedctlError('lab.isolation-failed', `--isolate is not possible here: ${why}`, {
    ...(cause === undefined ? {} : {cause}),
    suggestions: [...suggestions, 'or make a lab without --isolate, on loopback addresses'],
  })
}
