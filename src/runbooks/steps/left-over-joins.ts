import {readdir} from 'node:fs/promises'
import {join} from 'node:path'

import {nodeLayout} from '../../config/node-layout.js'
import {FedctlError} from '../../errors/fedctl-error.js'
import type {Datacenter, Federation} from '../../federation/model.js'
import {isErrno, readText, unreadable} from '../../system/files.js'
import type {Step} from '../step.js'

const joinKey = /\b(?:retry_join_wan|start_join_wan)\b/

/**
 * Refuses files beside the rendered configuration of servers on this machine that name servers to join over the WAN: with the federation flag
 * such a server does not start again (Consul agent/config/builder.go, 1.8–1.21).
 */
export function leftOverJoinsStep(datacenters: readonly Datacenter[]): Step {
  return {
    async changes({federation}) {
      const files = await leftOver(federation, datacenters)
      if (files.length === 0) return []
      const message = `retry_join_wan is left over in ${files.join(', ')}: a server with enable_mesh_gateway_wan_federation does not start with it`
      throw new FedctlError('runbook.step-failed', message, {
        suggestions: [
          'take retry_join_wan and start_join_wan out there; servers find each other through gateways from now on',
        ],
      })
    },
    done: [],
    id: 'check-left-over-joins',
    title: 'Check that nothing else makes servers join over the WAN',
    why: 'retry_join_wan beside the federation flag keeps a server from starting',
    withinMs: 0,
  }
}

async function leftOver(federation: Federation, datacenters: readonly Datacenter[]): Promise<string[]> {
  const found: string[] = []
  for (const server of datacenters.flatMap(({servers}) => servers).filter(({host}) => host === 'local')) {
    const {configDir, configFile} = nodeLayout(federation, server)
    const files = (await filesIn(configDir)).filter((path) => /\.(?:hcl|json)$/.test(path) && path !== configFile)
    for (const path of files) if (joinKey.test(await readText(path))) found.push(path)
  }
  return found
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, {withFileTypes: true})
    return entries.filter((entry) => entry.isFile()).map(({name}) => join(folder, name))
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return []
    throw unreadable(folder, error)
  }
}
