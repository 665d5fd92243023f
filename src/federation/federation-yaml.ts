import {readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'

import {Eta} from 'eta'

import {defaults} from './defaults.js'
import {agentSchema, gatewaySchema} from './schema/nodes.js'
import type {FederationFile} from './schema/federation.js'
import {yamlItem, yamlLine} from './yaml-line.js'

const template = fileURLToPath(new URL('../../templates/federation.yaml.eta', import.meta.url))

/** Blanks before the agents and gateways of the template. */
const nodeIndent = 6

/** A federation file to be written: what the file may say, in its own spelling. What is left out gets its default. */
export type FederationDraft = FederationFile

/**
 * The text of a commented federation file. Settings with a default are written out, the others stand as comments, ready to be used.
 * The draft is not checked: whoever writes the text to a file gives it to `parseFederation` before.
 */
export function federationYaml(draft: FederationDraft): string {
  const eta = new Eta({autoEscape: false, autoTrim: false})
  return eta.renderString(readFileSync(template, 'utf8'), {
    ...draft,
    agent: filled(defaults.agent, draft.agent),
    agentLine: (agent: object) => yamlItem(inOrder(agent, agentSchema.shape), nodeIndent),
    acl: filled(defaults.acl, draft.acl),
    api: filled(defaults.api, draft.api),
    defaults,
    domain: draft.domain ?? defaults.domain,
    gatewayLine: (gateway: object) => yamlItem(inOrder(gateway, gatewaySchema.shape), nodeIndent),
    gossip: filled(defaults.gossip, draft.gossip),
    host: draft.host ?? defaults.host,
    line: (key: string, value: unknown) => yamlLine({[key]: value}),
    orComment,
    tls: filled(defaults.tls, draft.tls),
    via: draft.via ?? defaults.via,
  })
}

/** `key: value`, or where there is no value a comment that shows one. */
function orComment(key: string, value: unknown, example: unknown): string {
  return value === undefined ? `# ${yamlLine({[key]: example})}` : yamlLine({[key]: value})
}

/** The keys of an agent or a gateway in the order of the schema, which begins with what identifies it. */
function inOrder(value: object, shape: object): object {
  return said(Object.fromEntries(Object.keys(shape).map((key) => [key, (value as Record<string, unknown>)[key]])))
}

function filled(section: object, given: object | undefined): object {
  return {...section, ...said(given ?? {})}
}

function said(section: object): object {
  return Object.fromEntries(Object.entries(section).filter(([, value]) => value !== undefined))
}
