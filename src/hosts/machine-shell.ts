import {dirname} from 'node:path'

import {bracketed} from '../federation/fields/endpoint.js'
import type {Installation} from '../federation/model.js'
import {forShell} from '../system/for-shell.js'
import type {Machine} from './task.js'

/** A file that is to lie on a machine. */
export interface FileToInstall {
  /** Path here, as seen from the current folder. */
  readonly from: string
  /** Permission bits. */
  readonly mode: number
  /** Absolute path there. */
  readonly to: string
}

type Owner = Pick<Installation, 'group' | 'user'>

/** @returns The command as it is pasted here: as it is for this machine, through ssh for another one. */
export function onMachine({address, isHere}: Machine, command: string): string {
  return isHere ? command : `ssh ${forShell(`root@${address}`)} ${forShell(command)}`
}

/** @returns The command with its output going to a file of the machine. */
export function intoFile({address, isHere}: Machine, command: string, path: string): string {
  if (isHere) return `${command} > ${forShell(path)}`
  return `${command} | ssh ${forShell(`root@${address}`)} ${forShell(`cat > ${forShell(path)}`)}`
}

/** Commands that make folders, 0700, and put files into them; none lies there readable for others at any time. */
export function installCommands(
  machine: Machine,
  {group, user}: Owner,
  files: readonly FileToInstall[],
  moreFolders: readonly string[] = [],
): string[] {
  const owner = `-o ${forShell(user)} -g ${forShell(group)}`
  const targets = files.map(({to}) => dirname(to))
  const folders = [...new Set([...targets, ...moreFolders])].map(forShell).join(' ')
  const makeFolders = onMachine(machine, `install -d ${owner} -m 0700 ${folders}`)
  if (machine.isHere) {
    const copies = files.map(
      ({from, mode, to}) => `install ${owner} -m ${octal(mode)} ${forShell(from)} ${forShell(to)}`,
    )
    return [makeFolders, ...copies]
  }
  const there = files.map(({to}) => forShell(to)).join(' ')
  return [
    makeFolders,
    ...files.map(({from, to}) => `scp -p ${forShell(from)} ${forShell(`root@${bracketed(machine.address)}:${to}`)}`),
    onMachine(machine, `chown ${forShell(`${user}:${group}`)} ${there}`),
  ]
}

/** Whose what `installCommands` installs is, in words. */
export function ownerNote({group, user}: Owner): string {
  return `owner ${user}:${group}, folders 0700, files with the mode that they have here`
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}
