import {join} from 'node:path'

/** Where things lie in a workspace. Every path is absolute if `root` is. */
export function workspacePaths(root: string) {
  const state = join(root, '.fedctl')
  return {
    caFile: join(root, 'pki', 'ca.pem'),
    caKeyFile: join(root, 'pki', 'ca-key.pem'),
    /** A new CA while it is being written: key and certificate in one file. */
    caPendingFile: join(root, 'pki', 'ca-pending-key.pem'),
    /** The operator's own certificate, with which gateways are probed. */
    cliCertificate: join(root, 'pki', 'cli.pem'),
    cliCertificateKey: join(root, 'pki', 'cli-key.pem'),
    /** What datacenters held before they became secondaries. */
    exports: join(state, 'export'),
    federationFile: join(root, 'federation.yaml'),
    gitignore: join(root, '.gitignore'),
    journal: join(state, 'journal.jsonl'),
    lock: join(state, 'lock'),
    /** Which network namespaces the processes of this machine run in, where they have some of their own. */
    namespaces: join(state, 'namespaces.json'),
    pki: join(root, 'pki'),
    root,
    /** Generated secrets: gossip key and tokens. */
    secrets: join(state, 'secrets.json'),
    state,
    /** Data, logs and pid files of processes that fedctl runs on this machine. */
    run: join(state, 'run'),
    certificate: (datacenter: string, node: string) => join(root, 'pki', datacenter, `${node}.pem`),
    certificateKey: (datacenter: string, node: string) => join(root, 'pki', datacenter, `${node}-key.pem`),
    /** The folder of a node's rendered files. */
    rendered: (datacenter: string, node: string) => join(root, 'rendered', datacenter, node),
    /** The token alone in a file, for `-token-file` and CONSUL_HTTP_TOKEN_FILE. */
    tokenFile: (name: string) => join(state, 'tokens', name),
  }
}
