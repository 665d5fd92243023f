import {Flags} from '@oclif/core'

const ofFrom = {dependsOn: ['from']}

/** Flags that say what the federation tells by itself. */
const describing = [
  'acl',
  'api-scheme',
  'consul',
  'datacenters',
  'default-policy',
  'domain',
  'gateway',
  'host',
  'mesh-gateway-mode',
  'primary',
  'server',
  'via',
]

/** The flags of `fedctl init --from`. Environment variables are those of Consul's own command line. */
export const fromFlags = {
  'ca-file': Flags.file({...ofFrom, description: 'CA of the API (CONSUL_CACERT)', helpValue: 'FILE'}),
  'client-cert': Flags.file({
    ...ofFrom,
    description: 'client certificate for the API (CONSUL_CLIENT_CERT)',
    helpValue: 'FILE',
  }),
  'client-key': Flags.file({...ofFrom, description: 'its key (CONSUL_CLIENT_KEY)', helpValue: 'FILE'}),
  from: Flags.string({
    description: 'API of any agent of a federation that runs, http://HOST:8500',
    exclusive: [...describing],
    helpValue: 'URL',
  }),
  'tls-server-name': Flags.string({
    ...ofFrom,
    description: 'name in the certificate of the API (CONSUL_TLS_SERVER_NAME)',
    helpValue: 'NAME',
  }),
  'token-file': Flags.file({
    ...ofFrom,
    description: 'file of the token (else CONSUL_HTTP_TOKEN or CONSUL_HTTP_TOKEN_FILE)',
    helpValue: 'FILE',
  }),
  yes: Flags.boolean({...ofFrom, description: 'write what was found without asking'}),
}
