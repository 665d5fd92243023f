import type {KnownText} from './known-text.js'
import {aclTexts} from './texts/acl.js'
import {agentTexts} from './texts/agents.js'
import {callTexts} from './texts/calls.js'
import {certificateNameTexts} from './texts/certificate-names.js'
import {certificateTexts} from './texts/certificates.js'
import {configurationTexts} from './texts/configuration.js'
import {connectTexts} from './texts/connect.js'
import {envoyTexts} from './texts/envoy.js'
import {gatewayTexts} from './texts/gateways.js'
import {gossipTexts} from './texts/gossip.js'
import {joiningTexts} from './texts/joining.js'
import {kubernetesTexts} from './texts/kubernetes.js'
import {memberTexts} from './texts/members.js'
import {meshTrafficTexts} from './texts/mesh-traffic.js'
import {raftTexts} from './texts/raft.js'

/** Every known text, the most telling first: a line that speaks of a certificate and of a refused call is about the certificate. */
export const knownTexts: readonly KnownText[] = [
  ...kubernetesTexts,
  ...certificateNameTexts,
  ...certificateTexts,
  ...configurationTexts,
  ...connectTexts,
  ...gossipTexts,
  ...memberTexts,
  ...raftTexts,
  ...meshTrafficTexts,
  ...envoyTexts,
  ...gatewayTexts,
  ...aclTexts,
  ...agentTexts,
  ...joiningTexts,
  ...callTexts,
]
