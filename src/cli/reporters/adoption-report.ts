import type {Draft} from '../../adoption/draft.js'
import {most, serverAnswers} from '../../adoption/draft-settings.js'
import type {Explored} from '../../adoption/explored.js'
import {foundServers} from '../../adoption/found-servers.js'
import {pathText} from '../../federation/issue.js'
import {type Remark, remarkText} from '../../federation/remarks.js'
import {table} from '../table.js'

/** What `fedctl init --from --json` prints. */
export interface AdoptionJson {
  readonly datacenters: readonly AdoptedDatacenter[]
  readonly files: readonly string[]
  /** Places of the federation file and what is worth knowing there. */
  readonly found: readonly Note[]
  readonly notKnown: readonly Note[]
  readonly primary: string
  readonly schemaVersion: 1
  readonly via: string
}

interface Note {
  readonly path: string
  readonly text: string
}

interface AdoptedDatacenter {
  readonly answering: number
  readonly gateways: readonly string[]
  readonly name: string
  readonly role: 'primary' | 'secondary'
  readonly servers: readonly string[]
  readonly version: string
}

/** The findings as data. */
export function adoptionJson(drafted: Draft, explored: Explored, files: readonly string[]): AdoptionJson {
  const {draft, remarks} = drafted
  const notes = (kind: string): Note[] =>
    remarks
      .filter((remark) => remark.kind === kind && remark.path.length > 0)
      .map(({path, text}) => ({path: pathText(path), text}))
  return {
    datacenters: adopted(drafted, explored),
    files,
    found: notes('found'),
    notKnown: notes('not-known'),
    primary: draft.primary,
    schemaVersion: 1,
    via: draft.via ?? '',
  }
}

/** The findings for people: a table of the datacenters, the settings in a line, and what could not be known. */
export function adoptionText(drafted: Draft, explored: Explored): string {
  const {draft, remarks} = drafted
  const rows = table<AdoptedDatacenter>(
    [
      {cell: ({name}) => name, head: 'datacenter'},
      {cell: ({role}) => role, head: 'role'},
      {cell: ({version}) => version, head: 'Consul'},
      {cell: ({answering, servers}) => `${servers.length} (${answering} answering)`, head: 'servers'},
      {cell: ({gateways}) => gateways.join(', ') || 'none', head: 'gateways'},
    ],
    adopted(drafted, explored),
  )
  const {acl, gossip, tls, via} = draft
  const settings = [
    via === 'mesh-gateways' ? 'federated through mesh gateways' : 'joined by WAN gossip',
    `TLS ${onOff(tls?.enabled)}`,
    acl?.enabled ? `ACLs on (${acl.default_policy ?? ''})` : 'ACLs off',
    `gossip ${gossip?.encryption ? 'encrypted' : 'not encrypted'}`,
    `Connect ${onOff(most(serverAnswers(explored).map(({facts}) => facts.connectEnabled)))}`,
  ]
  const notes = remarks.filter(({path}) => path.length > 0)
  return [
    rows,
    '',
    settings.join(' · '),
    '',
    ...notes.map((remark) => `${placeOf(remark.path, draft)}: ${remarkText(remark)}`),
  ].join('\n')
}

/** A node by its name, everything else by its key. */
function placeOf(path: Remark['path'], {datacenters}: Draft['draft']): string {
  const [, index, list, node] = path
  const datacenter = path[0] === 'datacenters' ? datacenters[Number(index)] : undefined
  if (!datacenter) return pathText(path)
  const nodes = list === 'servers' ? datacenter.servers : list === 'gateways' ? datacenter.gateways : undefined
  const found = node === undefined ? undefined : nodes?.[Number(node)]
  return [datacenter.name, found?.name ?? list].filter((part) => part !== undefined).join('/')
}

function adopted({draft}: Draft, explored: Explored): AdoptedDatacenter[] {
  return draft.datacenters.map(({consul, gateways = [], name, servers}) => ({
    answering: foundServers(explored, name).filter(({id}) => explored.agents[id]?.answer.ok).length,
    gateways: gateways.map((gateway) => gateway.name),
    name,
    role: name === draft.primary ? 'primary' : 'secondary',
    servers: servers.map((server) => server.name),
    version: consul,
  }))
}

function onOff(on: boolean | undefined): string {
  return on === undefined ? 'not known' : on ? 'on' : 'off'
}
