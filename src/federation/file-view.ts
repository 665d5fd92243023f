import type {Path} from './issue.js'
import type {FederationFile} from './schema/federation.js'

/** What is left of something when everything invalid has been taken out: every part may be missing. */
export type View<T> = T extends readonly (infer Item)[]
  ? readonly (View<Item> | undefined)[]
  : T extends object
    ? {readonly [Key in keyof T]?: View<T[Key]> | undefined}
    : T

/** A federation file that may still be invalid in places. A whole `FederationFile` is one, too. */
export type FileView = View<FederationFile>
export type DatacenterView = View<FederationFile['datacenters'][number]>
export type AgentView = View<FederationFile['datacenters'][number]['servers'][number]>
export type GatewayView = View<NonNullable<FederationFile['datacenters'][number]['gateways']>[number]>
export type ApiView = View<NonNullable<AgentView['api']>>

export interface Located<T> {
  readonly path: Path
  readonly value: T
}

export interface LocatedAgent extends Located<AgentView> {
  readonly kind: 'client' | 'server'
}

/** The datacenters of a file, with their paths. */
export function datacentersIn(file: FileView): Located<DatacenterView>[] {
  return located(file.datacenters, ['datacenters'])
}

/** Agents of a datacenter, servers first. */
export function agentsIn({path, value}: Located<DatacenterView>): LocatedAgent[] {
  return [
    ...located(value.servers, [...path, 'servers']).map((agent) => ({...agent, kind: 'server' as const})),
    ...located(value.clients, [...path, 'clients']).map((agent) => ({...agent, kind: 'client' as const})),
  ]
}

/** Gateways of a datacenter, with their paths. */
export function gatewaysIn({path, value}: Located<DatacenterView>): Located<GatewayView>[] {
  return located(value.gateways, [...path, 'gateways'])
}

/** The items of a list that are there, with their paths. */
function located<T>(list: readonly (T | undefined)[] | undefined, path: Path): Located<T>[] {
  return (list ?? []).flatMap((value, index) => (value === undefined ? [] : [{path: [...path, index], value}]))
}

/**
 * The file without the values at `paths`. An item of a list leaves a gap, so that indexes stay; a key stays with the value
 * `undefined`, so that it can be told from one that was never there.
 */
export function withoutInvalid(value: unknown, paths: readonly Path[]): FileView | undefined {
  if (paths.some((path) => path.length === 0)) return undefined
  const copy: unknown = structuredClone(value)
  for (const path of paths) {
    const parent = path
      .slice(0, -1)
      .reduce<unknown>((inner, part) => (isContainer(inner) ? inner[part] : undefined), copy)
    const last = path.at(-1)
    if (isContainer(parent) && last !== undefined && last in parent) parent[last] = undefined
  }
  return copy as FileView
}

function isContainer(value: unknown): value is Record<number | string, unknown> {
  return typeof value === 'object' && value !== null
}
