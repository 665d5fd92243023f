import {type AclServer, withServers} from '../acl/servers.js'
import {FedctlError} from '../errors/fedctl-error.js'
import type {Datacenter} from '../federation/model.js'
import {primaryOf} from '../federation/selectors.js'
import type {Account} from '../holdings/account.js'
import {accountFile} from '../holdings/export.js'
import {ownDatacenterRunbook} from '../runbooks/own-datacenter.js'
import {watchOwnAnswers} from '../runbooks/own-watch.js'
import {writeWhole} from '../system/files.js'
import {forShell} from '../system/for-shell.js'
import {asideOf, bootstrap, type BootstrapOptions} from './bootstrap.js'
import {withOwnToken} from './on-its-own.js'
import {type OwnStock, ownStock} from './own-stock.js'
import {fedctlHere} from './paste-ready.js'
import type {Asker} from './prompts/asker.js'
import {accountText, atStakeText} from './reporters/holdings.js'

/** What the operator says about a datacenter on its own. */
export interface OwnConsent {
  readonly acceptDataLoss: boolean
  readonly adopt: boolean
  /** A file with a management token of the datacenter as it is on its own. */
  readonly ownTokenFile: string | undefined
  /** Whether the question was answered on the command line. */
  readonly yes: boolean
}

export interface OwnOptions extends Omit<BootstrapOptions, 'during'>, OwnConsent {
  /** Undefined where there is no terminal. */
  readonly asker: Asker | undefined
}

/**
 * Makes a datacenter that runs on its own a secondary, and says what becomes of what it holds: before, with files of all of it, and after.
 * @throws FedctlError `secondary.would-lose` where something would be lost and no flag says what to do about it, `usage` where nobody can be asked,
 * `cancelled` where the answer is no, and what `ownStock` and the runbook throw.
 */
export async function bootstrapOwn(datacenter: Datacenter, options: OwnOptions): Promise<void> {
  const {federation, ports, secrets} = options
  const credentials = {env: ports.env, roles: ['management'] as const, secrets}
  await withServers(primaryOf(federation).servers, credentials, (primary) =>
    withServers(withOwnToken(datacenter, options.ownTokenFile).servers, credentials, async (own) => {
      const stock = await ownStock({...options, datacenter, own, primary})
      asideOf(options)(atStakeText(stock, datacenter.name))
      if (stock.needsConsent) await requireConsent(datacenter, stock, options)
      await moveOwn(datacenter, options, stock, own)
    }),
  )
}

async function moveOwn(
  datacenter: Datacenter,
  options: OwnOptions,
  {adopt, comparison: {recreations}, hasBegun, held}: OwnStock,
  own: readonly AclServer[],
): Promise<void> {
  const {federation, ports} = options
  const say = asideOf(options)
  const accounts: string[] = []
  const onAccount = async (account: Account) => {
    const text = accountText(account, held.folder)
    await writeWhole(accountFile(held.folder), `${text}\n`)
    accounts.push(text)
  }
  const move = {adopt, hasBegun, held, onAccount, own, recreations}
  await bootstrap(ownDatacenterRunbook(federation, datacenter, move), {
    ...options,
    async during(context, work) {
      const watch = watchOwnAnswers(datacenter, context)
      try {
        await work()
      } finally {
        for (const line of await watch.stop()) say(line)
      }
    },
  })
  for (const account of accounts) say(account)
  const advice = `agents of ${datacenter.name} that are not in the federation file need primary_datacenter = "${federation.primary}" too`
  if (accounts.length > 0) ports.talk(advice)
}

async function requireConsent(
  datacenter: Datacenter,
  {adopt, comparison, held}: OwnStock,
  options: OwnOptions,
): Promise<void> {
  const {acceptDataLoss, asker, dryRun, federation, ownTokenFile, ports, yes} = options
  const lost = comparison.things.filter(({fate}) => fate === 'conflict' || fate === 'recreate')
  if (lost.length > 0 && !adopt && !acceptDataLoss) {
    const token = ownTokenFile === undefined ? '' : ` --own-token-file ${forShell(ownTokenFile)}`
    const command = `bootstrap secondary --dc ${datacenter.name} --existing${token}`
    const fedctl = await fedctlHere(federation, ports)
    const where = dryRun ? '' : `; all that it holds was written to ${held.folder}`
    const message = `as a secondary of ${federation.primary}, ${datacenter.name} would lose ${lost.length} things that it has on its own${where}`
    throw new FedctlError('secondary.would-lose', message, {
      suggestions: [
        `make in ${federation.primary} what does not conflict, and move it:`,
        fedctl(`${command} --adopt`),
        'or go on without any of it:',
        fedctl(`${command} --accept-data-loss`),
      ],
    })
  }
  if (dryRun || yes) return
  const question = `Make ${datacenter.name} a secondary of ${federation.primary}`
  if (!asker) {
    throw new FedctlError(
      'usage',
      `nobody can be asked whether to make ${datacenter.name} a secondary of ${federation.primary}`,
      {
        suggestions: ['add --dry-run to read the plan', 'add --yes to go on without a question'],
      },
    )
  }
  const answer = await asker.choice({
    choices: [
      {name: 'no, change nothing', value: 'no'},
      {
        name: adopt ? 'yes, and make in the primary what does not conflict' : 'yes, and lose what is listed above',
        value: 'yes',
      },
    ],
    message: `${question}?`,
  })
  if (answer === 'no') throw new FedctlError('cancelled', 'cancelled; nothing was changed')
}
