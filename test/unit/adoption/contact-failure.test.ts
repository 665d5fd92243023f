import {describe, expect, it} from 'vitest'

import {contactFailure} from '../../../src/adoption/contact-failure.js'
import {RequestError, type RequestErrorKind} from '../../../src/consul/request-error.js'
import type {ApiAccess} from '../../../src/federation/model.js'

const http: ApiAccess = {token: {from: 'default'}, url: 'http://10.0.0.1:8500'}
const https: ApiAccess = {caFile: '/ca.pem', token: {from: 'default'}, url: 'https://10.0.0.1:8501'}

interface Trouble {
  readonly body?: string
  readonly code?: string
  readonly status?: number
}

function failure(kind: RequestErrorKind, text: string, {body = '', code, status}: Trouble = {}, access = https) {
  const cause = Object.assign(new Error(text), code === undefined ? {} : {code})
  const details = {body, cause, ...(status === undefined ? {} : {status})}
  return contactFailure(new RequestError(kind, `GET ${access.url}/v1/status/leader: ${text}`, details), access)
}

describe('contactFailure', () => {
  it.each([
    [
      'nobody listens',
      failure('unreachable', 'connect', {code: 'ECONNREFUSED'}, http),
      'nobody listens at http://10.0.0.1:8500',
    ],
    [
      'another protocol',
      failure('unreachable', 'other side closed', {}, http),
      'http://10.0.0.1:8500 answers, and is not the HTTP API',
    ],
    [
      'a page',
      failure('malformed', 'the answer is not JSON', {}, http),
      'http://10.0.0.1:8500 answers, and is not the HTTP API',
    ],
    [
      'no such name',
      failure('unreachable', 'getaddrinfo ENOTFOUND x', {}, http),
      'cannot be reached: getaddrinfo ENOTFOUND x',
    ],
    ['nothing in time', failure('timeout', 'no answer in time', {}, http), 'does not answer in time'],
    [
      'TLS there',
      failure('refused', '400', {body: 'Client sent an HTTP request to an HTTPS server.', status: 400}, http),
      'speaks TLS',
    ],
    ['no TLS there', failure('tls', 'x', {code: 'ERR_SSL_WRONG_VERSION_NUMBER'}), 'does not speak TLS'],
    [
      'another CA',
      failure('tls', 'self-signed certificate in certificate chain', {code: 'SELF_SIGNED_CERT_IN_CHAIN'}),
      'is not signed by /ca.pem',
    ],
    [
      'an alert',
      failure('tls', 'tlsv13 alert certificate required', {code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'}),
      'wants a client certificate',
    ],
    [
      'an end',
      failure('unreachable', 'other side closed', {code: 'UND_ERR_SOCKET'}),
      'wants a client certificate, it seems',
    ],
    [
      'another name',
      failure('tls', 'names differ', {code: 'ERR_TLS_CERT_ALTNAME_INVALID'}),
      'is for another name: names differ',
    ],
    ['expired', failure('tls', 'x', {code: 'CERT_HAS_EXPIRED'}), 'has expired'],
  ])('tells %s', (_, error, words) => {
    expect(error.message).toContain(words)
    expect(error).toMatchObject({code: 'consul.unreachable', exitCode: 4})
    expect(error.suggestions.length).toBeGreaterThan(0)
  })

  it.each([
    ['an unknown token', failure('forbidden', '403', {body: 'ACL not found', status: 403}), 'does not know the token'],
    ['a refusal', failure('forbidden', '403', {body: 'Permission denied', status: 403}), 'refuses: Permission denied'],
    ['a fault', failure('refused', '500', {body: 'No cluster leader', status: 500}), 'answers 500: No cluster leader'],
  ])('tells %s of a Consul that is there', (_, error, words) => {
    expect(error.message).toContain(words)
    expect(error).toMatchObject({code: 'consul.refused', exitCode: 5})
  })
})
