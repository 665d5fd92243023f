import {runProgram, type RunResult} from '../../../src/system/run.js'

/** Where this machine's Consul is. */
const consulBinary = process.env.FEDCTL_CONSUL ?? 'consul'

/** Runs Consul in a folder, in UTC, where all days have 24 hours. @returns What it prints. @throws Error with its complaint where it does not end well. */
export async function consul(cwd: string, ...args: string[]): Promise<string> {
  return output('consul', args, await runProgram(consulBinary, args, {cwd, env: {TZ: 'UTC'}}))
}

/** Runs OpenSSL in a folder. @returns What it prints. @throws Error with its complaint where it does not end well. */
export async function openssl(cwd: string, ...args: string[]): Promise<string> {
  return output('openssl', args, await runProgram('openssl', args, {cwd}))
}

function output(program: string, args: readonly string[], {exitCode, stderr, stdout}: RunResult): string {
  if (exitCode === 0) return stdout
  throw new Error(`${program} ${args.join(' ')} ended with ${exitCode}: ${stderr}${stdout}`)
}
