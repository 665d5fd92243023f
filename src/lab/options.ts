import {z} from 'zod'

import {FedctlError} from '../errors/fedctl-error.js'
import type {Federation} from '../federation/model.js'
import {forShell} from '../system/for-shell.js'

const mostDatacenters = 5
const mostServers = 5

/** What a lab was asked to be. It is kept with the lab, so a later run knows what it continues. */
export interface LabOptions {
  readonly acl: boolean
  readonly datacenters: number
  readonly defaultPolicy: 'allow' | 'deny'
  /** Whether each datacenter has a network namespace of its own. */
  readonly isolate: boolean
  /** Servers in each datacenter. */
  readonly servers: number
  readonly via: Federation['via']
}

export const labOptionsSchema = z.object({
  acl: z.boolean(),
  datacenters: z.int().min(1).max(mostDatacenters),
  defaultPolicy: z.enum(['allow', 'deny']),
  isolate: z.boolean().default(false),
  servers: z.int().min(1).max(mostServers),
  // Labs of the first release had no other way.
  via: z.enum(['mesh-gateways', 'wan-gossip']).default('mesh-gateways'),
})

/** What a lab is where nothing else was asked for. */
export const labDefaults: LabOptions = {
  acl: true,
  datacenters: 2,
  defaultPolicy: 'deny',
  isolate: false,
  servers: 1,
  via: 'mesh-gateways',
}

const flags: Record<keyof LabOptions, string> = {
  acl: '--acl or --no-acl',
  datacenters: '--datacenters',
  defaultPolicy: '--default-policy',
  isolate: '--isolate',
  servers: '--servers',
  via: '--via',
}

/** @throws FedctlError `usage` where somebody asks for another lab than the one in the folder. */
export function requireSameOptions(wanted: Partial<LabOptions>, there: LabOptions, directory: string): void {
  const different = (Object.keys(flags) as (keyof LabOptions)[]).filter(
    (key) => wanted[key] !== undefined && wanted[key] !== there[key],
  )
  if (different.length === 0) return
  const list = different.map((key) => `${flags[key]} is ${String(there[key])} there, not ${String(wanted[key])}`)
  throw new FedctlError('usage', `the lab in ${directory} is another one: ${list.join('; ')}`, {
    suggestions: [
      'name another folder with --dir',
      'or remove that lab, then run the same command again:',
      `fedctl lab down --purge --dir ${forShell(directory)}`,
    ],
  })
}

/** @throws FedctlError `usage` where no lab can be so. */
export function requirePossible({isolate, via}: LabOptions): void {
  if (!isolate || via === 'mesh-gateways') return
  throw new FedctlError(
    'usage',
    'with --isolate datacenters reach one another through gateways only, so not with --via wan-gossip',
    {
      suggestions: ['leave one of the two out'],
    },
  )
}
