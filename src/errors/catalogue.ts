interface ErrorKind {
  /** As the table in the README has it. */
  readonly exitCode: number
  /** What to do about it in general; a failure itself says more. */
  readonly remedy: string
  /** Heads the entry in docs/errors.md. */
  readonly title: string
}

/** Every kind of failure that fedctl reports, by its stable code. */
export const errorCatalogue = {
  'acl.secret-lost': {
    exitCode: 4,
    remedy:
      'Consul has a token of that accessor with another secret. Restore .fedctl/secrets.json from a backup, or delete that token in Consul and run `fedctl acl apply`.',
    title: 'a secret that Consul already uses is missing from the workspace',
  },
  'address.unusable': {
    exitCode: 4,
    remedy:
      'Give the node an address that this machine has (`ip -brief address`) and ports from 1024 on, or host: manual where it runs on another machine.',
    title: 'this machine cannot listen on an address of the federation file',
  },
  'agent.died': {
    exitCode: 4,
    remedy: 'Read the last lines of its log, which the message shows, mend the cause, and run the same command again.',
    title: 'an agent or gateway ended while fedctl waited for it',
  },
  bug: {
    exitCode: 70,
    remedy: 'Run the same command with --debug and report what it prints.',
    title: 'a defect in fedctl',
  },
  cancelled: {
    exitCode: 130,
    remedy: 'Run the same command again: it goes on where it stopped.',
    title: 'the run was cancelled',
  },
  'consul.missing': {
    exitCode: 4,
    remedy: 'Install Consul 1.8 or newer, or set FEDCTL_CONSUL to the path of a consul binary.',
    title: 'no consul binary was found',
  },
  'consul.not-consul': {
    exitCode: 4,
    remedy: 'Point FEDCTL_CONSUL to a consul binary.',
    title: 'the binary is not Consul',
  },
  'consul.refused': {
    exitCode: 5,
    remedy:
      'Compare what Consul says with the rights of the token that was used: CONSUL_HTTP_TOKEN, CONSUL_HTTP_TOKEN_FILE, api.token in the federation file, or the workspace.',
    title: 'Consul refused a request',
  },
  'consul.too-old': {
    exitCode: 4,
    remedy: 'Federation through mesh gateways came with 1.8. Install a newer Consul, or point FEDCTL_CONSUL to one.',
    title: 'the consul binary is older than 1.8',
  },
  'consul.unreachable': {
    exitCode: 4,
    remedy: 'See whether the agent runs and listens there, and whether api in the federation file is right.',
    title: 'a Consul agent could not be reached',
  },
  'consul.version-mismatch': {
    exitCode: 4,
    remedy:
      'Configuration is rendered for a version, and another one may refuse its keys. Name the version of the binary in the federation file, or point FEDCTL_CONSUL to the right binary.',
    title: 'the consul binary is not of the version that the federation file names',
  },
  'explain.unknown': {
    exitCode: 2,
    remedy:
      'Give one line of the log as it stands, in quotes, or the id of a check. What fedctl does not know may still be found by `fedctl verify`.',
    title: 'fedctl knows nothing about this text',
  },
  'federation.exists': {
    exitCode: 4,
    remedy: 'Edit the file, or move it away first.',
    title: 'there is a federation file already',
  },
  'federation.invalid': {
    exitCode: 3,
    remedy:
      'Each line of the message names a place, the value there and what to write instead. `fedctl schema` gives an editor the same knowledge.',
    title: 'the federation file is not valid',
  },
  'federation.not-found': {
    exitCode: 4,
    remedy:
      'Write one with `fedctl init`, or from a federation that runs with `fedctl init --from`, go to its folder, or name it with --federation.',
    title: 'there is no federation file',
  },
  'federation.undescribable': {
    exitCode: 4,
    remedy:
      'Each line of the message names a place and what Consul has there that a federation file cannot hold, such as a datacenter name with an underscore.',
    title: 'a live federation cannot be described in a federation file',
  },
  'file.exists': {
    exitCode: 4,
    remedy: 'Move the file away if it is not needed any more.',
    title: 'a file would have been overwritten',
  },
  'file.unreadable': {
    exitCode: 4,
    remedy: 'Mend the path or the permissions that the message names.',
    title: 'a file could not be read',
  },
  'file.unwritable': {
    exitCode: 4,
    remedy:
      'Free space or mend the permissions of the folder, then run the same command again. Files are written whole or not at all.',
    title: 'a file could not be written',
  },
  'gateway.failed': {
    exitCode: 4,
    remedy: 'The message names the address or the reason.',
    title: 'the gateway could not be run',
  },
  'gossip.key-missing': {
    exitCode: 4,
    remedy:
      'Write the gossip key of the running agents to the file that gossip.key_file names; fedctl makes no other one for them.',
    title: 'the gossip key of the running agents is not known',
  },
  'lab.broken': {
    exitCode: 4,
    remedy: 'Run `fedctl lab mend`; `fedctl lab status` says what was broken.',
    title: 'the lab has a fault that `fedctl lab break` made',
  },
  'lab.copied': {
    exitCode: 4,
    remedy:
      'Work in the folder in which the lab was made, or make another lab with `fedctl lab up --dir DIR`; remove the copy if it is not needed.',
    title: 'the folder is a copy of a lab',
  },
  'lab.isolation-failed': {
    exitCode: 4,
    remedy:
      'A lab with networks of its own needs Linux, root, `ip` (`apt install iproute2`) and `nsenter` (`apt install util-linux`). The message says what is missing, or what `ip` said.',
    title: 'the networks of an isolated lab cannot be made',
  },
  'lab.leftover': {
    exitCode: 4,
    remedy: 'Name another folder with --dir, or empty that one if nothing in it is needed.',
    title: 'the folder of the lab holds something else',
  },
  'lab.missing': {
    exitCode: 4,
    remedy: 'Make one with `fedctl lab up`, or name its folder with --dir.',
    title: 'there is no lab in this folder',
  },
  'lab.network-missing': {
    exitCode: 4,
    remedy: 'Run `fedctl lab up` (or `fedctl lab mend`, where the lab is broken on purpose), which makes it again.',
    title: 'a network namespace of an isolated lab is gone',
  },
  'lab.not-up': {
    exitCode: 4,
    remedy: 'Bring it up with `fedctl lab up`, then run the same command again.',
    title: 'the lab is not up, and the command needs it so',
  },
  'pki.ca-invalid': {
    exitCode: 4,
    remedy:
      'The message says what is wrong with the authority: key and certificate have to belong together, be in PEM, not encrypted, and not expired.',
    title: 'the certificate authority cannot be used',
  },
  'pki.certificate-invalid': {
    exitCode: 4,
    remedy: 'Run `fedctl tls issue`; it says what complies and reissues the rest.',
    title: 'a certificate is missing or not what it has to be',
  },
  'port.in-use': {
    exitCode: 4,
    remedy:
      'See who listens there (`ss -ltnp`) and stop it, or give the node another address or port in the federation file.',
    title: 'a port that an agent or gateway needs is taken',
  },
  'process.failed': {
    exitCode: 4,
    remedy: 'The message names the program and the reason.',
    title: 'a program could not be run',
  },
  'runbook.step-failed': {
    exitCode: 1,
    remedy:
      'The message lists what is still missing. `fedctl verify` names the cause; the same command again goes on from there.',
    title: 'a step of a runbook did not reach its goal',
  },
  'secondary.would-lose': {
    exitCode: 1,
    remedy:
      'A secondary has the ACLs, intentions and config entries of its primary and no others. The message says where all of them were exported; `--adopt` makes in the primary what does not conflict, `--accept-data-loss` goes on without.',
    title: 'a datacenter that runs on its own would lose what it holds',
  },
  'snapshot.invalid': {
    exitCode: 4,
    remedy: 'Save it again with `fedctl verify --save-snapshot`, by a fedctl of the same release.',
    title: 'the snapshot cannot be read',
  },
  'token.missing': {
    exitCode: 4,
    remedy:
      'Set the environment variable that api.token in the federation file names, or name another source of the token there.',
    title: 'the environment variable or file that should hold a token is empty or not there',
  },
  usage: {
    exitCode: 2,
    remedy: 'See the same command with --help.',
    title: 'the command was not used as it is meant',
  },
  'workspace.invalid': {
    exitCode: 4,
    remedy: 'Restore the file that the message names from a backup; fedctl never replaces it.',
    title: 'a file of the workspace is damaged',
  },
  'workspace.locked': {
    exitCode: 4,
    remedy:
      'The message says who works there and since when. Wait for it to end; a lock whose owner has ended is taken over.',
    title: 'another run works in the same workspace',
  },
} as const satisfies Record<string, ErrorKind>

export type ErrorCode = keyof typeof errorCatalogue
