import {caRoots} from '../consul/api.js'
import type {CaRoots} from '../consul/types.js'
import {factsOf, leadsTo, readAnchors, readChain} from './certificate-facts.js'
import type {Question} from './questioner.js'
import type {CaRootFacts} from './snapshot.js'
import {caRootsSchema} from './snapshot-schema.js'

type Certificates = Pick<CaRootFacts, 'intermediates' | 'intermediatesVerified' | 'root'>

/**
 * The active Connect root of the agent's datacenter, with the intermediates that certify there. Any token may ask. One question is for many servers:
 * those of a datacenter have the same certificates, which are read once.
 */
export function caRootsQuestion(): Question<CaRoots, CaRootFacts> {
  const known = new Map<string, Certificates>()
  return {
    observation: 'ca-roots',
    put: caRoots,
    read({ActiveRootID, Roots, TrustDomain}) {
      const active = Roots.find(({ID}) => ID === ActiveRootID)
      const about = {activeRootId: ActiveRootID, trustDomain: TrustDomain}
      if (!active) return {...about, intermediates: []}
      const key = [active.RootCert, ...(active.IntermediateCerts ?? [])].join('')
      const certificates = known.get(key) ?? readCertificates(active)
      known.set(key, certificates)
      return {...about, ...certificates}
    },
    schema: caRootsSchema,
  }
}

function readCertificates({IntermediateCerts, RootCert}: CaRoots['Roots'][number]): Certificates {
  const anchors = readAnchors(RootCert)
  const intermediates = (IntermediateCerts ?? []).flatMap((pem) => readChain(pem))
  return {
    intermediates: intermediates.map((certificate) => factsOf([certificate])),
    intermediatesVerified: intermediates.every((certificate) => leadsTo(certificate, intermediates, anchors)),
    root: factsOf(readChain(RootCert)),
  }
}
