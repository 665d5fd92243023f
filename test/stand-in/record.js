#!/usr/bin/env node
import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {askedPaths, authorizations} from './asked.js'

/**
 * `record.js LAB`: asks a lab of several servers in each datacenter what fedctl asks, with the tokens of its workspace, and keeps what the
 * first servers of dc1 and dc2 answer in `recorded/`, from which the stand-in makes its answers. Tokens and folders of the lab are left out.
 */
const lab = process.argv[2] ?? ''
const {tokens} = /** @type {{ tokens: Record<string, { accessorId: string, secretId: string }> }} */ (
  JSON.parse(await readFile(join(lab, '.fedctl', 'secrets.json'), 'utf8'))
)
const holders = {
  anonymous: '',
  gateway: secret('gateway'),
  replication: secret('replication'),
  verifier: secret('verifier'),
}
const federation = await readFile(join(lab, 'federation.yaml'), 'utf8')
const folder = new URL('recorded/', import.meta.url)
await mkdir(folder, {recursive: true})

for (const [role, datacenter] of Object.entries({primary: 'dc1', secondary: 'dc2'})) {
  const address = new RegExp(`name: ${datacenter}-s1, address: ([\\d.]+)`).exec(federation)?.[1] ?? ''
  const ask = async (
    /** @type {string} */ path,
    /** @type {string} */ token,
    /** @type {unknown} */ body = undefined,
  ) => {
    const response = await fetch(`http://${address}:8500${path}`, {
      body: body === undefined ? null : JSON.stringify(body),
      headers: token === '' ? {} : {'x-consul-token': token},
      method: body === undefined ? 'GET' : 'POST',
    })
    const headers = Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('x-consul-')))
    return {body: /** @type {unknown} */ (await response.json()), headers}
  }
  const answers = []
  for (const path of askedPaths) answers.push([path, await ask(path, holders.verifier)])
  const rights = []
  const own = []
  for (const [holder, token] of Object.entries(holders)) {
    const {body} = await ask('/v1/internal/acl/authorize', token, authorizations)
    rights.push([holder, body])
    if (token !== '') own.push([holder, await ask('/v1/acl/token/self?stale=', token)])
  }
  const recorded = {
    answers: Object.fromEntries(answers),
    rights: Object.fromEntries(rights),
    tokens: Object.fromEntries(own),
  }
  await writeFile(new URL(`${role}.json`, folder), `${withoutOwn(JSON.stringify(recorded, undefined, 2))}\n`)
}

/** @param {string} name */
function secret(name) {
  return tokens[name]?.secretId ?? ''
}

/** @param {string} text */
function withoutOwn(text) {
  return Object.entries(tokens)
    .flatMap(([name, {accessorId, secretId}]) => [
      [accessorId, `accessor of ${name}`],
      [secretId, `secret of ${name}`],
    ])
    .reduce((rest, [value = '', placeholder = '']) => rest.replaceAll(value, placeholder), text)
    .replaceAll(lab, '/srv/lab')
}
