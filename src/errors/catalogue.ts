/**
 * Every kind of failure fedctl can report, by its stable code.
 * `exitCode` follows the table in the README; `title` heads the entry in the documentation.
 */
export const errorCatalogue = {
  'acl.secret-lost': {exitCode: 4, title: 'a secret that Consul already uses is missing from the workspace'},
  'agent.died': {exitCode: 4, title: 'an agent ended while fedctl waited for it'},
  bug: {exitCode: 70, title: 'a defect in fedctl'},
  cancelled: {exitCode: 130, title: 'the run was cancelled'},
  'consul.missing': {exitCode: 4, title: 'no consul binary was found'},
  'consul.not-consul': {exitCode: 4, title: 'the binary is not Consul'},
  'consul.refused': {exitCode: 5, title: 'Consul refused a request'},
  'consul.too-old': {exitCode: 4, title: 'the consul binary is older than 1.8'},
  'consul.unreachable': {exitCode: 4, title: 'a Consul agent could not be reached'},
  'consul.version-mismatch': {
    exitCode: 4,
    title: 'the consul binary is not of the version that the federation file names',
  },
  'federation.exists': {exitCode: 4, title: 'there is a federation file already'},
  'federation.invalid': {exitCode: 3, title: 'the federation file is not valid'},
  'federation.not-found': {exitCode: 4, title: 'there is no federation file'},
  'file.exists': {exitCode: 4, title: 'a file would have been overwritten'},
  'file.unreadable': {exitCode: 4, title: 'a file could not be read'},
  'file.unwritable': {exitCode: 4, title: 'a file could not be written'},
  'gateway.failed': {exitCode: 4, title: 'the gateway could not be run'},
  'lab.leftover': {exitCode: 4, title: 'the folder holds something else, or what is left of an earlier lab'},
  'lab.missing': {exitCode: 4, title: 'there is no lab in this folder'},
  'pki.ca-invalid': {exitCode: 4, title: 'the certificate authority cannot be used'},
  'pki.certificate-invalid': {exitCode: 4, title: 'a certificate is not what it has to be'},
  'port.in-use': {exitCode: 4, title: 'a port that an agent or gateway needs is taken'},
  'process.failed': {exitCode: 4, title: 'a program could not be run'},
  'runbook.step-failed': {exitCode: 1, title: 'a step of a runbook did not reach its goal'},
  'snapshot.invalid': {exitCode: 4, title: 'the snapshot cannot be read'},
  usage: {exitCode: 2, title: 'the command was not used as it is meant'},
  'workspace.invalid': {exitCode: 4, title: 'a file of the workspace is damaged'},
} as const satisfies Record<string, {exitCode: number; title: string}>

export type ErrorCode = keyof typeof errorCatalogue
