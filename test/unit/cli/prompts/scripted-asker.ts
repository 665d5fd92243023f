import type {Asker} from '../../../../src/cli/prompts/asker.js'

/** Somebody who has the answers ready, and remembers the questions and what was wrong with an answer. */
export function scriptedAsker(answers: readonly string[]): {asker: Asker; rest: string[]; said: string[]} {
  const rest = [...answers]
  const said: string[] = []
  return {
    asker: {
      async choice({choices, message}) {
        const answer = rest.shift()
        said.push(message)
        const chosen = choices.find(({value}) => value === answer)
        if (!chosen) throw new Error(`${answer ?? 'nothing'} is no answer to: ${message}`)
        return chosen.value
      },
      async text({initial, message, problem}) {
        said.push(initial === undefined ? message : `${message} (${initial})`)
        for (;;) {
          const given = rest.shift()
          if (given === undefined) throw new Error(`no answer to: ${message}`)
          const answer = given || (initial ?? '')
          const wrong = problem(answer)
          if (wrong === undefined) return answer
          said.push(wrong)
        }
      },
    },
    rest,
    said,
  }
}
