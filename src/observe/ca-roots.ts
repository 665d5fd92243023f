import {caRoots} from '../consul/api.js'
import type {CaRoots} from '../consul/types.js'
import {factsOf, leadsTo, readAnchors, readChain} from './certificate-facts.js'
import type {Question} from './questioner.js'
import type {CaRootFacts} from './snapshot.js'
import {caRootsSchema} from './snapshot-schema.js'

/** The active Connect root of the agent's datacenter, with the intermediates that certify there. Any token may ask. */
export const caRootsQuestion: Question<CaRoots, CaRootFacts> = {
  observation: 'ca-roots',
  put: caRoots,
  read(answer) {
    const active = answer.Roots.find(({ID}) => ID === answer.ActiveRootID)
    const about = {activeRootId: answer.ActiveRootID, trustDomain: answer.TrustDomain}
    if (!active) return {...about, intermediates: []}
    const anchors = readAnchors(active.RootCert)
    const intermediates = (active.IntermediateCerts ?? []).flatMap((pem) => readChain(pem))
    return {
      ...about,
      intermediates: intermediates.map((certificate) => factsOf([certificate])),
      intermediatesVerified: intermediates.every((certificate) => leadsTo(certificate, intermediates, anchors)),
      root: factsOf(readChain(active.RootCert)),
    }
  },
  schema: caRootsSchema,
}
