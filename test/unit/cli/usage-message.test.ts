import {expect, it} from 'vitest'

import {usageMessage, usageSuggestion} from '../../../src/cli/usage-message.js'

it.each([
  [
    'The following error occurred:\n  \u001B[2m--soak=5s cannot also be provided when using --preflight\u001B[22m\nSee more help with --help',
    '--soak and --preflight do not go together',
  ],
  [
    'The following errors occurred:\n  --json=true cannot also be provided when using --output\n  --acl=true cannot also be provided when using --from',
    '--json and --output do not go together\n--acl and --from do not go together',
  ],
  [
    'The following error occurred:\n  All of the following must be provided when using --yes: --from',
    '--yes needs --from',
  ],
  ['Nonexistent flag: --bogus\nSee more help with --help', 'there is no flag --bogus'],
  ['Missing 1 required arg:\nfault  what to break\nSee more help with --help', 'missing: fault, what to break'],
  ['command verify:extra not found', 'there is no command fedctl verify extra'],
  [
    'command lab:mend:gateway-dead not found',
    'fedctl lab mend takes no name, since it mends everything that was broken: gateway-dead',
  ],
  ['Flag --output can only be specified once', 'Flag --output can only be specified once'],
])('says %j as %j', (theirs, ours) => {
  expect(usageMessage(theirs)).toBe(ours)
})

it('suggests the command without the name that it does not take, and the help of others', () => {
  expect(usageSuggestion('command lab:mend:gateway-dead not found')).toBe('fedctl lab mend')
  expect(usageSuggestion('Nonexistent flag: --bogus')).toBe('see the same command with --help')
})
