import {z} from 'zod'

import {FedctlError} from '../errors/fedctl-error.js'
import {readRecord} from '../federation/record.js'
import {workspacePaths} from '../federation/workspace.js'
import {statIfExists, writeWhole} from '../system/files.js'
import {forShell} from '../system/for-shell.js'

/** The names that a lab gives; the interfaces that lead there have them too, and everything that has such a name is removed with the lab. */
const nameSchema = z.string().regex(/^fed\d{1,2}-[\da-f]{4}-(?:dc\d|wan)$/)

const schema = z.object({
  /** By datacenter: the network namespace in which its processes run. */
  datacenters: z.record(z.string(), nameSchema),
  schemaVersion: z.literal(1),
  /** The namespace between them. */
  wan: nameSchema,
})

/** The network namespaces of a workspace, whether they are there at the moment or not. */
export type Namespaces = Readonly<z.infer<typeof schema>>

/** @returns What the workspace has noted, or undefined where its processes run like any other. @throws FedctlError `workspace.invalid`. */
export async function readNamespaces(workspace: string): Promise<Namespaces | undefined> {
  return readRecord({
    parse: (value) => schema.parse(value),
    path: workspacePaths(workspace).namespaces,
    suggestions: ['restore that file from a backup; `ip netns list` shows the names that stood in it'],
  })
}

/** Notes them, before they are made. @throws FedctlError `file.unwritable`. */
export async function writeNamespaces(workspace: string, namespaces: Namespaces): Promise<void> {
  await writeWhole(workspacePaths(workspace).namespaces, `${JSON.stringify(namespaces, undefined, 2)}\n`)
}

/**
 * @returns What stands before a command line so that it runs in the network of a datacenter: nothing where it has none of its own.
 * The program takes the place of `nsenter`, so its process id is the one that was started.
 * @throws FedctlError `lab.network-missing`, as after a restart of the machine, and `workspace.invalid`.
 */
export async function entering(workspace: string, datacenter: string): Promise<readonly string[]> {
  const namespace = (await readNamespaces(workspace))?.datacenters[datacenter]
  if (namespace === undefined) return []
  const path = namespacePath(namespace)
  if (await statIfExists(path)) return enteringNamespace(namespace)
  const folder = forShell(workspace)
  throw new FedctlError('lab.network-missing', `the network namespace ${namespace} of ${datacenter} is not there`, {
    suggestions: [
      `make it again: fedctl lab up --dir ${folder}`,
      `or where the lab was broken on purpose: fedctl lab mend --dir ${folder}`,
    ],
  })
}

/** Where a gateway in a network of its own listens: it is reached at its LAN and at its WAN address, and nobody else listens there. */
export const everyAddress = '0.0.0.0'

/** What stands before a command line so that it runs in a network namespace. */
export function enteringNamespace(namespace: string): readonly string[] {
  return ['nsenter', `--net=${namespacePath(namespace)}`, '--']
}

/** Where iproute2 keeps the names of network namespaces (ip-netns(8)). */
function namespacePath(namespace: string): string {
  return `/run/netns/${namespace}`
}
