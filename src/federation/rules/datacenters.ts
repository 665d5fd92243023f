import {shown} from '../fields/shown.js'
import {datacentersIn} from '../file-view.js'
import {nearMiss} from '../near-miss.js'
import type {Rule} from './rule.js'

const mostNames = 20

/** Two datacenters of one name are one datacenter to Consul, and their servers fight. */
export const uniqueDatacenters: Rule = (file) => {
  const seen = new Set<string>()
  return datacentersIn(file).flatMap(({path, value: {name}}) => {
    if (name === undefined) return []
    if (seen.has(name))
      return [
        {message: `${shown(name)} is the name of another datacenter already; rename one`, path: [...path, 'name']},
      ]
    seen.add(name)
    return []
  })
}

/** The primary is one of the datacenters. */
export const primaryExists: Rule = (file) => {
  const datacenters = datacentersIn(file)
  const names = datacenters.flatMap(({value: {name}}) => (name === undefined ? [] : [name]))
  const {primary} = file
  if (primary === undefined || names.length < (file.datacenters ?? []).length || names.length === 0) return []
  if (names.includes(primary)) return []
  const meant = nearMiss(primary, names)
  const advice = meant
    ? `did you mean ${JSON.stringify(meant)}?`
    : `write one of ${names.slice(0, mostNames).join(', ')}${names.length > mostNames ? ', …' : ''}, or add it under datacenters`
  return [{message: `no datacenter is named ${shown(primary)}; ${advice}`, path: ['primary']}]
}

/** A server of the primary does not start with `primary_gateways` (Consul agent/config/builder.go, 1.8–1.21). */
export const noGatewaysForPrimary: Rule = (file) =>
  datacentersIn(file).flatMap(({path, value: {name, primary_gateways: gateways}}) => {
    if (gateways === undefined || name === undefined || name !== file.primary) return []
    return [
      {
        message: `${shown(name)} is the primary, and its servers do not start with primary_gateways; move them to the secondaries or remove them`,
        path: [...path, 'primary_gateways'],
      },
    ]
  })
