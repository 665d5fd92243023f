import {shown} from './shown.js'

/** What is wrong with the path of a file, if anything. Paths are taken literally, relative to the folder of the federation file. */
export function pathProblem(value: string): string | undefined {
  if (value.trim() === '') return `${shown(value)} is no path; write for example "pki/ca.pem"`
  if (value.includes('\0')) return `${shown(value)} holds a NUL character`
  if (value === '~' || value.startsWith('~/')) {
    return `${shown(value)} begins with ~, which is not expanded; write the whole path, or one relative to this file`
  }
  return undefined
}

/** What is wrong with a path on the machine of an agent, if anything. */
export function installPathProblem(value: string): string | undefined {
  if (/^(?:\/[^/\p{Cc}]+)+$/u.test(value) && !/\/\.\.?(?:\/|$)/.test(value)) return undefined
  return `${shown(value)} is not the whole path of a folder; write for example "/etc/consul.d"`
}
