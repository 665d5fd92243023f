import {FedctlError} from '../errors/fedctl-error.js'
import type {Federation} from '../federation/model.js'
import {readIfExists} from '../system/files.js'

/** Bytes of a key: AES-128, -192 or -256 (memberlist keyring.go, ValidateKey). */
const keyBytes = new Set([16, 24, 32])

/**
 * @returns The key with which agents encrypt gossip: the one in the file that the federation file names, else the workspace's own.
 * @throws FedctlError `gossip.key-missing` where that file is not there or holds no key: agents that run already have one, and another would cut them off.
 */
export async function gossipKeyOf({gossip}: Federation, source: {gossipKey(): Promise<string>}): Promise<string> {
  if (gossip.keyFile === undefined) return source.gossipKey()
  const key = (await readIfExists(gossip.keyFile))?.toString('utf8').trim()
  if (key === undefined) throw unusable(`there is no ${gossip.keyFile}, and gossip.key_file names it`)
  const isKey = /^[A-Za-z0-9+/]+={0,2}$/.test(key) && keyBytes.has(Buffer.from(key, 'base64').length)
  if (!isKey) throw unusable(`${gossip.keyFile} holds no gossip key: 16, 24 or 32 bytes in base64`)
  return key
}

function unusable(message: string): FedctlError {
  return new FedctlError('gossip.key-missing', message, {
    suggestions: [
      'write the key that the agents use to that file, and nothing else: it stands as `encrypt` in their configuration, and in DATA_DIR/serf/local.keyring',
    ],
  })
}
