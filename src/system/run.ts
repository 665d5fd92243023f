import {FedctlError} from '../errors/fedctl-error.js'

export interface RunResult {
  readonly exitCode: number
  readonly stderr: string
  readonly stdout: string
}

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal
  /** Milliseconds. Default 30000. */
  readonly timeoutMs?: number
}

/**
 * Runs a program to its end. A non-zero exit code is a result, not an error.
 * @throws FedctlError `process.failed` where it cannot be started or does not end in time.
 */
export async function runProgram(file: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const {execa} = await import('execa')
  const result = await execa(file, args, {
    reject: false,
    stdin: 'ignore',
    timeout: options.timeoutMs ?? 30_000,
    ...(options.cwd === undefined ? {} : {cwd: options.cwd}),
    // Programs that only say something of themselves need no token.
    env: {...options.env, CONSUL_HTTP_TOKEN: undefined},
    ...(options.signal === undefined ? {} : {cancelSignal: options.signal}),
  })
  options.signal?.throwIfAborted()
  if (result.exitCode === undefined) {
    throw new FedctlError('process.failed', `cannot run ${file}: ${result.shortMessage ?? 'it ended by a signal'}`, {
      cause: result,
      suggestions: [`see whether ${file} is installed and runs by itself, then run the same command again`],
    })
  }
  return {exitCode: result.exitCode, stderr: result.stderr, stdout: result.stdout}
}
