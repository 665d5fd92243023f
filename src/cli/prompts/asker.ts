import {FedctlError} from '../../errors/fedctl-error.js'

export interface TextQuestion {
  /** The answer to an empty line. */
  readonly initial?: string
  readonly message: string
  /** @returns What is wrong with an answer, or undefined. The question stays until nothing is. */
  readonly problem: (answer: string) => string | undefined
}

export interface ChoiceQuestion<T extends string> {
  readonly choices: readonly {readonly name: string; readonly value: T}[]
  readonly message: string
}

/** Somebody who answers questions. */
export interface Asker {
  /** The first choice is the usual one. */
  choice<T extends string>(question: ChoiceQuestion<T>): Promise<T>
  /** @returns The answer without the blanks around it. */
  text(question: TextQuestion): Promise<string>
}

export interface TerminalStreams {
  readonly input: NodeJS.ReadableStream & {readonly isTTY?: boolean}
  /** Where questions are drawn: stderr, since stdout is for data. */
  readonly output: NodeJS.WritableStream & {readonly isTTY?: boolean}
}

/**
 * Asks on a terminal.
 * @returns Undefined where there is none, so that nobody waits for an answer that cannot come.
 */
export function terminalAsker({input, output}: TerminalStreams, signal: AbortSignal): Asker | undefined {
  if (!input.isTTY || !output.isTTY) return undefined
  const context = {input, output, signal}
  return {
    async choice({choices, message}) {
      const {select} = await import('@inquirer/prompts')
      return answered(select({choices, message}, context))
    },
    async text({initial, message, problem}) {
      const {input: ask} = await import('@inquirer/prompts')
      const validate = (answer: string) => problem(answer.trim()) ?? true
      const answer = await answered(
        ask({message, validate, ...(initial === undefined ? {} : {default: initial})}, context),
      )
      return answer.trim()
    },
  }
}

/** Ctrl-C at a question reaches the question, not the process. */
async function answered<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof Error) || !['AbortPromptError', 'ExitPromptError'].includes(error.name)) throw error
    throw new FedctlError('cancelled', 'cancelled; nothing was written', {cause: error})
  }
}
