import {expect, it} from 'vitest'

import {apiUrl} from '../../../../src/cli/prompts/from-url.js'

it.each([
  ['http://10.0.0.1:8500', false, 'http://10.0.0.1:8500'],
  ['http://10.0.0.1:8500/ui/', false, 'http://10.0.0.1:8500'],
  ['10.0.0.1:9500', false, 'http://10.0.0.1:9500'],
  ['consul.example.com', false, 'http://consul.example.com:8500'],
  ['2001:db8::1', false, 'http://[2001:db8::1]:8500'],
  ['10.0.0.1', true, 'https://10.0.0.1:8501'],
  ['http://10.0.0.1:8500', true, 'http://10.0.0.1:8500'],
])('takes %s (certificates named: %s) for %s', (from, withTls, url) => {
  expect(apiUrl(from, withTls)).toBe(url)
})

it.each(['ftp://10.0.0.1', 'http://user:word@10.0.0.1:8500', 'http://10.0.0.1:8500/v1/kv', ''])(
  'refuses %j without repeating a password',
  (from) => {
    expect(() => apiUrl(from, false)).toThrow(expect.objectContaining({code: 'usage'}) as Error)
    expect(() => apiUrl(from, false)).not.toThrow(/word@/)
  },
)
