import type {Federation} from '../../federation/model.js'
import type {LocalPrograms} from '../../hosts/local-host.js'
import {readNamespaces} from '../../hosts/namespaces.js'
import type {RunbookContext} from '../../runbooks/context.js'
import {hasBug, knownBugs} from '../../versions/known-bugs.js'

/** What a fault is made with. */
export interface LabToBreak {
  readonly context: RunbookContext
  /** Keeps a file as it is, so that mending puts it back. To be called before the file is changed. */
  keep(path: string): Promise<void>
  /** What a process of a fault is started with, looked for when it is needed. */
  readonly programs: () => Promise<LocalPrograms>
}

/** Something that goes wrong in a federation, to be made in a lab: a real fault of real agents, gateways and files. */
export interface Fault {
  /** Makes it. What it needs to be mended is on disk before. */
  break(lab: LabToBreak): Promise<void>
  /** What `fedctl verify` names first; undefined where it only warns. */
  readonly cause: string | undefined
  /** Checks that fail, or warn where there is no cause; others may too. */
  readonly checks: readonly string[]
  /** Stable, such as `gateway-dead`. */
  readonly id: string
  /** Beyond what mending always does: files put back, what has ended or runs with other files started anew, and the runbooks. */
  mend?(lab: Pick<LabToBreak, 'context'>): Promise<void>
  /** What the lab has to have, beyond two datacenters with mesh gateways. */
  readonly needs?: readonly (keyof typeof needs)[]
  /** What is wrong then, for people. */
  readonly title: string
}

const entryOrderBugs = knownBugs.filter(({source}) => source.endsWith('GH-12307'))

/** What a fault may need of a lab, for people, and whether a federation has it. */
export const needs = {
  acl: {has: ({acl}: Federation) => Promise.resolve(acl.enabled), text: 'ACLs'},
  /** Later ones (1.9.16, 1.10.9 and 1.11.4) copy an entry after those that it depends on. */
  entryOrder: {
    has: ({datacenters}: Federation) =>
      Promise.resolve(datacenters.every(({consul}) => entryOrderBugs.some((bug) => hasBug(consul, bug)))),
    text: 'Consul < 1.9.16',
  },
  isolate: {
    has: async ({workspace}: Federation) => (await readNamespaces(workspace)) !== undefined,
    text: '--isolate',
  },
  mode: {
    has: ({meshGatewayMode}: Federation) => Promise.resolve(meshGatewayMode !== undefined),
    text: 'mesh_gateway_mode',
  },
  tls: {has: ({tls}: Federation) => Promise.resolve(tls.enabled), text: 'TLS'},
} as const
