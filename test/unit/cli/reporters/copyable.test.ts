import {describe, expect, it} from 'vitest'

import {piecesOf} from '../../../../src/cli/reporters/copyable.js'
import {linesWithin, wrapped} from '../../../../src/cli/reporters/plain-text.js'

describe('a command in a text', () => {
  it.each([
    ['fedctl verify --only gateway.path,tls', ['fedctl verify --only gateway.path,tls']],
    ['install the new key, then: consul reload', ['install', 'the', 'new', 'key,', 'then:', 'consul reload']],
    ['consul acl token read -self, with that token', ['consul acl token read -self,', 'with', 'that', 'token']],
    [
      'run `fedctl gateway render --dc dc2`, then start it',
      ['run', '`fedctl gateway render --dc dc2`,', 'then', 'start', 'it'],
    ],
    ['  → fedctl lab up --dir x', ['→', 'fedctl lab up --dir x'].flatMap((piece) => [piece])],
    [
      'curl -s $CONSUL_HTTP_ADDR/v1/acl/replication in the secondary',
      ['curl -s $CONSUL_HTTP_ADDR/v1/acl/replication', 'in', 'the', 'secondary'],
    ],
    [
      'start it again: node ../bin/run.js lab mend --dir x',
      ['start', 'it', 'again:', 'node ../bin/run.js lab mend --dir x'],
    ],
    [
      'end it on node s1: consul maint -disable -service=web',
      ['end', 'it', 'on', 'node', 's1:', 'consul maint -disable -service=web'],
    ],
    [
      "pkill -f 'agent -config-dir=/w x/y$'; rm -f /w/serf/local.keyring",
      ["pkill -f 'agent -config-dir=/w x/y$'; rm -f /w/serf/local.keyring"],
    ],
    [
      'pid=$(cat /run/pid); while kill -0 $pid; do sleep 1; done',
      ['pid=$(cat /run/pid); while kill -0 $pid; do sleep 1; done'],
    ],
    [
      `there: echo '{"Kind": "a, b"}' | consul config write -, then look`,
      ['there:', `echo '{"Kind": "a, b"}' | consul config write -,`, 'then', 'look'],
    ],
    [
      'correct it, then fedctl gateway register --dc dc2',
      ['correct', 'it,', 'then', 'fedctl gateway register --dc dc2'],
    ],
    [
      'register it (consul connect envoy -gateway=mesh) there',
      ['register', 'it', '(consul connect envoy -gateway=mesh)', 'there'],
    ],
    ['consul does not answer', ['consul', 'does', 'not', 'answer']],
    ['see what fedctl verify says', ['see', 'what', 'fedctl', 'verify', 'says']],
  ])('is one piece of %j', (text, pieces) => {
    expect(piecesOf(text.trim())).toEqual(pieces)
  })

  it('is never broken, and stands on a line of its own where it does not fit behind the words before it', () => {
    expect(wrapped('recovery takes up to five minutes: fedctl verify --wait 5m --dc dc2', 30)).toEqual([
      'recovery takes up to five',
      'minutes:',
      'fedctl verify --wait 5m --dc dc2',
    ])
  })
})

describe('the lines of a text on a terminal', () => {
  it('are broken below where they begin; those that fit are left as they are', () => {
    expect(linesWithin('short  line\n  a line that is too long\n', 16)).toEqual([
      'short  line',
      '  a line that',
      '    is too long',
      '',
    ])
    expect(linesWithin('a line that is too long', Infinity)).toEqual(['a line that is too long'])
  })
})
