import {Command, Flags} from '@oclif/core'

import {FedctlError} from '../errors/fedctl-error.js'
import type {Journal} from '../federation/journal.js'
import type {Federation} from '../federation/model.js'
import type {Secrets} from '../federation/secrets.js'
import {systemClock} from '../system/clock.js'
import type {Ports} from '../system/ports.js'
import {Redactor} from '../system/redaction.js'
import {linesWithin} from './reporters/plain-text.js'
import {widthOf} from './terminal-width.js'

const cancelledExit = 130
/** Ctrl-C, an order to end, and the end of the terminal. */
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** What every command has: ports, the federation file, Ctrl-C, and one way out for text, JSON and errors. */
export abstract class BaseCommand extends Command {
  static override baseFlags = {
    debug: Flags.boolean({description: 'say more on stderr, with stack traces', helpGroup: 'GLOBAL'}),
    'no-color': Flags.boolean({description: 'no colours (also NO_COLOR)', helpGroup: 'GLOBAL'}),
    quiet: Flags.boolean({description: 'print results and errors only', helpGroup: 'GLOBAL'}),
  }

  protected readonly redactor = new Redactor()
  private readonly controller = new AbortController()
  private readonly onSignal = () => {
    if (this.controller.signal.aborted) {
      process.stderr.write('ended at once; run the same command again to go on\n')
      process.exit(cancelledExit)
    }
    this.controller.abort(
      new FedctlError('cancelled', 'cancelled before it was done', {
        suggestions: ['run the same command again to go on'],
      }),
    )
  }

  protected readonly ports: Ports = {
    clock: systemClock,
    env: process.env,
    signal: this.controller.signal,
    talk: (line) => {
      if (this.has('--quiet')) return
      const lines = linesWithin(this.redactor.redact(line), widthOf(process.stderr))
      process.stderr.write(`${lines.join('\n')}\n`)
    },
  }

  override async init(): Promise<void> {
    await super.init()
    for (const signal of endingSignals) process.on(signal, this.onSignal)
    this.redactor.add(() => [process.env.CONSUL_HTTP_TOKEN ?? ''])
  }

  /** Reads and resolves the federation file that the flag, FEDCTL_FEDERATION or the current folder names. */
  protected async loadFederation(file: string | undefined): Promise<Federation> {
    const {findFederationFile, loadFederation} = await import('../federation/load.js')
    return loadFederation(await findFederationFile({cwd: process.cwd(), env: process.env, flag: file}))
  }

  /** The workspace's secrets, which are redacted from here on, also those that are generated later. */
  protected async loadSecrets(federation: Federation): Promise<Secrets> {
    const {Secrets} = await import('../federation/secrets.js')
    const secrets = await Secrets.load(federation.workspace)
    this.redactor.add(() => secrets.texts())
    return secrets
  }

  /**
   * Does something while no other run changes the workspace; a dry run changes nothing and needs no lock.
   * @throws FedctlError `workspace.locked`.
   */
  protected async whileLocked<T>(workspace: string, dryRun: boolean, work: () => Promise<T>): Promise<T> {
    if (dryRun) return work()
    const {withWorkspaceLock} = await import('../federation/workspace-lock.js')
    return withWorkspaceLock(workspace, `fedctl ${this.named()}`, this.ports.clock, work)
  }

  /** As `whileLocked`, for what puts secrets into the workspace of a federation file: git is told first to leave them out. */
  protected async whileWriting<T>(federation: Federation, dryRun: boolean, work: () => Promise<T>): Promise<T> {
    return this.whileLocked(federation.workspace, dryRun, async () => {
      const {leaveSecretsOut} = await import('../federation/secrets-in-git.js')
      if (!dryRun) await leaveSecretsOut(federation.workspace, this.ports.talk)
      return work()
    })
  }

  /** As `whileWriting`, for a command that is no runbook: the journal says what it does, and the operator what an earlier run has left. */
  protected async whileJournalled<T>(
    federation: Federation,
    dryRun: boolean,
    work: (journal: Journal) => Promise<T>,
  ): Promise<T> {
    const {journalledRun, openJournal, unwrittenJournal} = await import('../federation/journal.js')
    if (dryRun) return work(unwrittenJournal)
    const {sayResumption} = await import('./say-resumption.js')
    const id = this.named()
    const redact = (text: string) => this.redactor.redact(text)
    const journal = openJournal(federation.workspace, id, {clock: this.ports.clock, redact})
    return this.whileWriting(federation, dryRun, async () => {
      await sayResumption([{id, steps: [], title: id}], federation.workspace, this.ports)
      return journalledRun(journal, () => work(journal))
    })
  }

  override log(message = ''): void {
    super.log(this.redactor.redact(message))
  }

  override logJson(json: unknown): void {
    process.stdout.write(`${this.redactor.redact(JSON.stringify(json, undefined, 2))}\n`)
  }

  /** Passes every error on to `main`, redacted; there it is reported once, as text or as JSON. */
  protected override async catch(error: Error): Promise<never> {
    const reason: unknown = this.controller.signal.aborted ? this.controller.signal.reason : error
    if (reason instanceof Error) {
      // The stack repeats the message as it was when the error was made.
      reason.stack = this.redactor.redact(reason.stack ?? '')
      reason.message = this.redactor.redact(reason.message)
    }
    if (reason instanceof FedctlError) {
      for (const [index, text] of reason.suggestions.entries()) reason.suggestions[index] = this.redactor.redact(text)
    }
    throw reason
  }

  protected override async finally(error: Error | undefined): Promise<void> {
    this.leaveSignalsAlone()
    await super.finally(error)
  }

  /** For a command that runs another program, which is the one to end. */
  protected leaveSignalsAlone(): void {
    for (const signal of endingSignals) process.off(signal, this.onSignal)
  }

  /** Such as `acl apply`. */
  private named(): string {
    return (this.id ?? '').replaceAll(':', ' ')
  }

  /** Whether a global flag was given, before the flags are parsed. */
  private has(flag: string): boolean {
    const end = this.argv.indexOf('--')
    return (end === -1 ? this.argv : this.argv.slice(0, end)).includes(flag)
  }
}
