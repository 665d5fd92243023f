import {FederationInvalid} from '../../../src/federation/issue.js'
import {parseFederation} from '../../../src/federation/parse.js'

/** A valid federation file of two datacenters, without a setting that has a default. Tests name its lines. */
export const smallFederation = `primary: dc1
datacenters:
  - name: dc1
    consul: 1.17.3
    servers:
      - { name: dc1-s1, address: 10.0.0.1 }
    clients:
      - { name: dc1-c1, address: 10.0.0.9 }
    gateways:
      - { name: dc1-gw1, agent: dc1-c1 }
  - name: dc2
    consul: 1.17.3
    servers:
      - { name: dc2-s1, address: 10.1.0.1 }
    clients:
      - { name: dc2-c1, address: 10.1.0.9 }
    gateways:
      - { name: dc2-gw1, agent: dc2-c1 }
`

/** A text of the file that is replaced by another. */
export type Change = readonly [from: string, to: string]

/** The small federation with texts replaced, each of which has to be there. */
export function changed(...changes: readonly Change[]): string {
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`not in the file: ${from}`)
    return text.replace(from, () => to)
  }, smallFederation)
}

/** Everything that is wrong with a text, as `line:column path: message`; empty for a valid one. */
export function problemsIn(text: string): string[] {
  try {
    parseFederation(text, 'federation.yaml')
    return []
  } catch (error) {
    if (!(error instanceof FederationInvalid)) throw error
    return error.issues.map(({column, line, message, path}) => `${line}:${column} ${path ? `${path}: ` : ''}${message}`)
  }
}
