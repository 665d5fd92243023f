import {describe, expect, it} from 'vitest'

import {FederationInvalid} from '../../../src/federation/issue.js'
import {parseFederation} from '../../../src/federation/parse.js'
import {changed, problemsIn, smallFederation} from './small-federation.js'

const tenLists = Array.from({length: 9}, (_, level) => {
  const items = Array.from({length: 10}, () => (level === 0 ? 'x' : `*a${level - 1}`))
  return `a${level}: &a${level} [${items.join(', ')}]`
})

describe('faults of the YAML', () => {
  const cases: readonly [title: string, text: string, expected: string][] = [
    [
      'a tab in the indentation',
      changed(['    consul: 1.17.3', '\tconsul: 1.17.3']),
      '4:1 a tab stands in the indentation; indent with spaces',
    ],
    [
      'a key twice',
      changed(['primary: dc1\n', 'primary: dc1\nprimary: dc2\n']),
      '2:1 the key primary stands here for the second time; remove one of them',
    ],
    [
      'a key twice in braces',
      changed(['name: dc1-s1,', 'name: dc1-s1, name: dc1-s2,']),
      '6:25 the key name stands here for the second time; remove one of them',
    ],
    [
      'a template without quotes',
      changed(['address: 10.0.0.1', 'address: 10.0.0.1, bind_addr: {{ GetPrivateIP }}']),
      `6:56 a template has to stand in quotes, such as '{{ GetInterfaceIP "ens3" }}'`,
    ],
    [
      'a quote that is not closed',
      'primary: "dc1\n',
      '2:1 something is missing here: a closing quote, or the ":" after a key',
    ],
    [
      'a key without a colon',
      'primary: dc1\ndatacenters\n',
      '2:1 something is missing here: a closing quote, or the ":" after a key',
    ],
    [
      'two keys in one line',
      'primary: dc1: dc2\n',
      '1:10 a second "key:" stands in this value; put the value in quotes, or mend the indentation',
    ],
    [
      'a bracket that is not closed',
      'primary: dc1\ndatacenters: [\n',
      '3:1 the indentation does not fit, or a bracket is not closed; indent the keys of one list item or section alike',
    ],
    [
      'an indentation that does not fit',
      'acl:\n    enabled: true\n  default_policy: deny\n',
      '3:1 the indentation does not fit, or a bracket is not closed; indent the keys of one list item or section alike',
    ],
    ['a reserved character', 'primary: @dc1\n', '1:10 a text that begins with this character has to stand in quotes'],
    [
      'a second document',
      `${smallFederation}---\n${smallFederation}`,
      '19:1 a second YAML document begins here; a federation file is one document',
    ],
    ['a tag', 'primary: !!binary aGk=\n', '1:10 tags such as !!binary are not used in a federation file; remove it'],
    [
      'a tag of a program',
      'primary: !Ref dc1\n',
      '1:10 tags such as !Ref are not used in a federation file; remove it',
    ],
    ['a key that is no text', '? [a]\n: b\n', '1:3 this key is not a text; write a plain key such as "name:"'],
    ['an alias of nothing', 'primary: *dc\n', '1:10 no anchor "&dc" stands before this alias'],
    ['an alias that holds itself', 'primary: dc1\nacl: &acl { more: *acl }\n', '2:19 the alias "*acl" holds itself'],
    [
      'aliases that multiply',
      `${tenLists.join('\n')}\n`,
      '2:10 the aliases of this file multiply too often; write the values out',
    ],
    ['what few get wrong', 'primary: "\\z"\n', '1:11 this is not YAML: invalid escape sequence \\z'],
  ]

  it.each(cases)('refuses %s', (_, text, expected) => {
    expect(problemsIn(text)[0]).toBe(expected)
  })
})

describe('the file as a whole', () => {
  it.each([
    ['an empty one', ''],
    ['one of comments only', '# nothing yet\n'],
    ['one with an empty document', '---\n'],
  ])('says of %s that it is empty', (_, text) => {
    expect(problemsIn(text)).toEqual([
      '1:1 the file is empty; `fedctl init` in an empty folder writes one to start from',
    ])
  })

  it('says of a list what belongs there', () => {
    expect(problemsIn('- name: dc1\n')).toEqual([
      '1:1 the file holds a list; it has to begin with keys such as "primary:" and "datacenters:"',
    ])
  })

  it('says of a text what belongs there', () => {
    expect(problemsIn('dc1\n')).toEqual([
      '1:1 the file holds one text; it has to begin with keys such as "primary:" and "datacenters:"',
    ])
  })

  it('refuses more than 1 MiB', () => {
    expect(problemsIn(`${smallFederation}#${'x'.repeat(1024 * 1024)}`)).toEqual([
      '1:1 the file is larger than 1 MiB; it cannot be a federation file',
    ])
  })

  it('reads a file with a byte order mark and Windows line ends, and counts its columns right', () => {
    const windows = `\uFEFF${changed(['dc1-s1', 'dc1_s1']).replaceAll('\n', '\r\n')}`
    expect(problemsIn(windows).map((problem) => problem.split(' ')[0])).toEqual(['6:17'])
    expect(problemsIn(`\uFEFF${changed(['primary: dc1', 'primary: DC1'])}`)[0]).toMatch(/^1:10 /)
    expect(problemsIn(`\uFEFF${smallFederation.replaceAll('\n', '\r\n')}`)).toEqual([])
  })

  it('takes anchors and aliases, and points to where the wrong value stands', () => {
    const anchored = changed(
      ['address: 10.0.0.9 }', 'address: 10.0.0.9, ports: &ports { http: 8510 } }'],
      ['address: 10.1.0.9 }', 'address: 10.1.0.9, ports: *ports }'],
    )
    const federation = parseFederation(anchored, 'federation.yaml')
    expect(federation.datacenters.map(({clients}) => clients[0]?.ports.http)).toEqual([8510, 8510])
    expect(problemsIn(anchored.replace('http: 8510', 'http: 0'))).toEqual([
      '8:66 datacenters[0].clients[0].ports.http: 0 is no port; write 1 to 65535, or -1 for off',
      '8:66 datacenters[1].clients[0].ports.http: 0 is no port; write 1 to 65535, or -1 for off',
    ])
  })
})

describe('many faults', () => {
  const faulty = changed(
    ['primary: dc1', 'primary: dc3\nvia: wan'],
    ['name: dc1-s1', 'name: dc1.s1'],
    ['address: 10.0.0.9 }', 'address: 10.0.0.9, nothing: 1 }'],
    ['agent: dc2-c1', 'agent: dc2-c9'],
  )

  it('are all said at once, in the order of the text, also those that take two values to see', () => {
    expect(problemsIn(faulty).map((problem) => problem.split(': ')[0])).toEqual([
      '1:10 primary',
      '2:6 via',
      '7:17 datacenters[0].servers[0].name',
      '9:44 datacenters[0].clients[0].nothing',
      '19:33 datacenters[1].gateways[0].agent',
    ])
  })

  it('do not make others up: what is invalid is taken as unknown, not as missing', () => {
    expect(problemsIn(changed(['name: dc1-c1', 'name: dc1.c1'])).length).toBe(1)
    expect(problemsIn(changed(['gateways:\n      - { name: dc2-gw1, agent: dc2-c1 }', 'gateways: yes'])).length).toBe(1)
    expect(
      problemsIn(
        changed(
          ['primary: dc1', 'primary: dc1\nvia: gateway'],
          ['gateways:\n      - { name: dc2-gw1, agent: dc2-c1 }', 'gateways: []'],
        ),
      ).length,
    ).toBe(1)
    expect(problemsIn(changed(['name: dc2', 'name: dc_2'], ['primary: dc1', 'primary: dc2'])).length).toBe(1)
    expect(problemsIn(changed(['agent: dc1-c1', 'agent: dc1-c1, address: none'])).length).toBe(1)
    expect(problemsIn(changed(['primary: dc1', 'primary: dc1\ntls: { days: none, ca_days: 30 }'])).length).toBe(1)
  })

  it('make one error with code, exit code, lines for people and data for programs', () => {
    expect(() => parseFederation(faulty, '/srv/dc/federation.yaml')).toThrow(FederationInvalid)
    try {
      parseFederation(faulty, '/srv/dc/federation.yaml')
    } catch (error) {
      expect(error).toMatchObject({
        code: 'federation.invalid',
        exitCode: 3,
        issues: [{column: 10, line: 1, path: 'primary'}, {}, {}, {}, {column: 33, line: 19}],
      })
      const lines = (error as Error).message.split('\n')
      expect(lines[0]).toBe('the federation file is not valid, 5 problems:')
      expect(lines[2]).toBe(
        '  /srv/dc/federation.yaml:2:6: via: "wan" is not known here; write mesh-gateways or wan-gossip',
      )
    }
  })

  it('end after 50 lines in the message, and not in the data', () => {
    const keys = Array.from({length: 60}, (_, index) => `key${index}: 1\n`).join('')
    expect(problemsIn(`${keys}${smallFederation}`)).toHaveLength(60)
    expect(() => parseFederation(`${keys}${smallFederation}`, 'f')).toThrow(
      /60 problems:\n(?: {2}f:.*\n){50} {2}and 10 more$/,
    )
  })
})

describe('secrets', () => {
  const token = '5f3c9d3a-1b2c-4d5e-8f90-a1b2c3d4e5f6'
  const key = 'pUqJrVyVRj5jsiYEkM/tFQYfWyJIv4s3XkvDwy7Cu5s='

  it.each([
    ['as a token', `api: { token: ${token} }`],
    ['as the name of a variable', `api: { token: { env: ${token} } }`],
    ['as something else of a token', `api: { token: { value: ${token} } }`],
    ['as a gossip key', `gossip: { encryption: ${key} }`],
    ['under a key that is not known', `acl: { tokens: { master: ${token} } }`],
    ['in a URL', `api: { url: "https://user:${token}@10.0.0.1:8501" }`],
    ['in broken YAML', `api: { token: "${token} }`],
  ])('are not repeated when they stand there %s', (_, line) => {
    const text = changed(['primary: dc1', `primary: dc1\n${line}`])
    const problems = problemsIn(text)
    expect(problems.length).toBeGreaterThan(0)
    expect(problems.join('\n')).not.toMatch(new RegExp(`${token}|${key.slice(0, 20)}`))
  })

  it('are not taken from a URL', () => {
    const server = `address: 10.0.0.1, api: { url: "https://user:${token}@10.0.0.1:8501" }`
    expect(problemsIn(changed(['address: 10.0.0.1', server]))).toEqual([
      '6:56 datacenters[0].servers[0].api.url: a user or a password stands in this URL; name a token under "token" instead',
    ])
  })
})

it('shows nothing that a terminal would act on', () => {
  const text = changed(['primary: dc1', 'primary: "\\e[31mred\\u009B0m\\u202Edc1"\n"\\e[0m": 1'])
  for (const character of ['\u001B', '\u009B', '\u202E']) expect(problemsIn(text).join(' ')).not.toContain(character)
  expect(problemsIn(text)[0]).toContain(String.raw`"\u001b[31mred\u{9b}0m\u{202e}dc1"`)
})

describe('a secret that somebody wrote into the file', () => {
  const uuid = '0e9a3c1d-5b7f-4a2e-8c6d-9f1b2a3c4d5e'
  const key = 'kDigJXPxJKJ1LbAcsCUdBdteY0Q00J5J0jdCbMC8+Qw='
  const lines = 'primary: dc1\nacl:\n  enabled: true\napi:\n  token: workspace\ndatacenters:\n  - name: dc1'.split('\n')
  const around = [
    'token: S',
    'token: "S',
    'token: [S',
    'token: !S',
    'token: !<S> x',
    'token: &S x',
    'token: *S',
    '- S',
    'S',
    'S:',
    '? S',
    'token: |S',
    'token: >S',
    'token: "\\S',
    '%S',
    '--- S',
    '\tS',
    'token: @S',
    'token: a S: b',
    'token: "a" S',
    'token: }S',
    'scheme: S',
    'name: S',
    '<<: S',
    'encrypt: S',
    '{ S: 1, S: 2 }',
    '"S": "S"',
  ]

  it.each([uuid, key])('is quoted by no complaint, wherever and however it stands there', (secret) => {
    for (const form of around) {
      for (const index of lines.keys()) {
        for (const indent of ['', '  ', '    ']) {
          const text = lines.toSpliced(index, 0, `${indent}${form.replaceAll('S', secret)}`).join('\n')
          let said = ''
          try {
            parseFederation(text, '/srv/federation.yaml')
          } catch (error) {
            expect(error).toBeInstanceOf(FederationInvalid)
            said = (error as Error).message
          }
          expect(said, text).not.toContain(secret.slice(0, 18))
        }
      }
    }
  })
})
