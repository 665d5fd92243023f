import {existingSecrets} from '../config/render-secrets.js'
import {FedctlError} from '../errors/fedctl-error.js'
import type {RunbookContext} from './context.js'
import {dueChanges} from './engine.js'
import {applies} from './gate.js'
import type {Runbook, Step} from './step.js'

/**
 * What a runbook would do now, as lines for people. Nothing is changed anywhere.
 * What a step does may depend on the steps before it; where it cannot be known yet, the line says so.
 */
export async function dryRun(runbook: Runbook, context: RunbookContext): Promise<string[]> {
  const lines: string[] = [runbook.title]
  const careful = {...context, isDryRun: true, renderSecrets: existingSecrets(context.secrets)}
  for (const [index, step] of runbook.steps.entries()) {
    lines.push('', `${index + 1}. ${step.title}`, `   ${step.why}`)
    lines.push(...(await plannedChanges(step, careful, index === 0)).map((text) => `   - ${text}`))
    const gates = step.done
      .filter((gate) => applies(gate, context.federation))
      .map(({check, datacenters}) => `${check} (${datacenters.join(', ')})`)
    if (gates.length > 0) lines.push(`   done when: ${gates.join(', ')}`)
  }
  return lines
}

async function plannedChanges(step: Step, context: RunbookContext, isFirst: boolean): Promise<string[]> {
  try {
    const changes = await dueChanges(step, context)
    return changes.length === 0 ? ['nothing to do'] : changes.map(({summary}) => summary)
  } catch (error) {
    if (!(error instanceof FedctlError)) throw error
    const [reason] = error.message.split('\n')
    return [isFirst ? `fails as things are: ${reason}` : `cannot be told before the steps above are done (${reason})`]
  }
}
