import {defaults} from '../defaults.js'
import type {Rule} from './rule.js'

/** A certificate ends with its CA at the latest. */
export const certificatesEndBeforeCa: Rule = ({tls}) => {
  if (tls === undefined || ('days' in tls && tls.days === undefined) || ('ca_days' in tls && tls.ca_days === undefined))
    return []
  const [days, caDays] = [tls.days ?? defaults.tls.days, tls.ca_days ?? defaults.tls.ca_days]
  if (days <= caDays) return []
  return [
    {
      message: `certificates of ${days} days would outlive their CA of ${caDays} days; write fewer days, or more ca_days`,
      path: ['tls', tls.days === undefined ? 'ca_days' : 'days'],
    },
  ]
}
