import {randomBytes, randomUUID} from 'node:crypto'
import {readdir} from 'node:fs/promises'
import {dirname, join} from 'node:path'

import {z} from 'zod'

import {FedctlError} from '../errors/fedctl-error.js'
import {readIfExists, readText, statIfExists, writeWhole} from '../system/files.js'
import {workspacePaths} from './workspace.js'

/** An ACL token as fedctl chose it before Consul saw it. Both are UUIDs. */
export interface TokenSecret {
  accessorId: string
  secretId: string
}

// Consul makes its own ids of 16 random bytes, without the version bits of RFC 9562.
const tokenSchema = z.object({accessorId: z.guid(), secretId: z.guid()})
const secretsSchema = z.object({
  gossipKey: z.string().optional(),
  schemaVersion: z.literal(1),
  tokens: z.record(z.string(), tokenSchema),
})
type SecretsFile = z.infer<typeof secretsSchema>

/**
 * The secrets that fedctl generated for a federation, kept in `.fedctl/secrets.json` (0600).
 * Whatever is asked for is generated once, saved and synced, and only then handed out, so a run that was killed finds it again.
 */
export class Secrets {
  private constructor(
    private readonly path: string,
    private data: SecretsFile,
  ) {}

  /** @throws FedctlError `workspace.invalid` where the file is damaged; it is never replaced then. */
  static async load(workspace: string): Promise<Secrets> {
    const path = workspacePaths(workspace).secrets
    const content = await readIfExists(path)
    if (!content) return new Secrets(path, {schemaVersion: 1, tokens: {}})
    try {
      return new Secrets(path, secretsSchema.parse(JSON.parse(content.toString('utf8'))))
    } catch {
      // The reason is not passed on: a JSON error quotes what it could not read.
      throw new FedctlError('workspace.invalid', `${path} is damaged, and fedctl does not guess secrets`, {
        suggestions: ['restore that file from a backup'],
      })
    }
  }

  /** A gossip key: 32 random bytes in base64, as `consul keygen` makes it since 1.8. */
  async gossipKey(): Promise<string> {
    if (this.data.gossipKey !== undefined) return this.data.gossipKey
    await this.requireNew()
    const key = newGossipKey()
    await this.save({...this.data, gossipKey: key})
    return key
  }

  /** The gossip key if there is one already. */
  knownGossipKey(): string | undefined {
    return this.data.gossipKey
  }

  /** The token of that name, such as `management` or `agent/dc1/dc1-s1`; generated when it is first asked for. */
  async token(name: string): Promise<TokenSecret> {
    const known = this.data.tokens[name]
    if (known) return known
    await this.requireNew()
    const made = {accessorId: randomUUID(), secretId: randomUUID()}
    await this.keepToken(name, made)
    return made
  }

  /** Keeps a token that somebody else chose. */
  async keepToken(name: string, token: TokenSecret): Promise<void> {
    await this.save({...this.data, tokens: {...this.data.tokens, [name]: token}})
  }

  /** The token of that name if there is one already. */
  knownToken(name: string): TokenSecret | undefined {
    return this.data.tokens[name]
  }

  /** Every secret text there is, for redaction. */
  texts(): string[] {
    const tokens = Object.values(this.data.tokens).map((token) => token.secretId)
    return this.data.gossipKey ? [...tokens, this.data.gossipKey] : tokens
  }

  /**
   * Secrets are generated for a new workspace only: a running federation would be torn apart by others.
   * @throws FedctlError `workspace.invalid` where the file is gone and what was made with it is still there.
   */
  private async requireNew(): Promise<void> {
    if (this.data.gossipKey !== undefined || Object.keys(this.data.tokens).length > 0) return
    const {rendered, root, secrets} = workspacePaths(dirname(dirname(this.path)))
    if (!(await holdsSecrets(rendered('', '')))) return
    throw new FedctlError('workspace.invalid', `${secrets} is gone, and rendered/ in ${root} was made with it`, {
      suggestions: [
        'restore that file from a backup',
        'or, where nothing runs with those secrets, remove rendered/ to begin with new ones',
      ],
    })
  }

  private async save(data: SecretsFile): Promise<void> {
    await writeWhole(this.path, `${JSON.stringify(data, undefined, 2)}\n`)
    this.data = data
  }
}

/** Whether agents have been rendered with secrets. */
async function holdsSecrets(folder: string): Promise<boolean> {
  if (!(await statIfExists(folder))) return false
  const files = (await readdir(folder, {recursive: true})).filter((name) => name.endsWith('.hcl'))
  const texts = await Promise.all(files.map((name) => readText(join(folder, name))))
  return texts.some((text) => /^(?:encrypt = | {2}tokens \{)/m.test(text))
}

/** 32 random bytes in base64. */
export function newGossipKey(): string {
  return randomBytes(32).toString('base64')
}
