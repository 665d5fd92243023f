import type {YAMLError} from 'yaml'

import {shownName} from './fields/shown.js'

const longestKey = 200

const advice: Partial<Record<YAMLError['code'], string>> = {
  BAD_INDENT:
    'the indentation does not fit, or a bracket is not closed; indent the keys of one list item or section alike',
  BAD_SCALAR_START: 'a text that begins with this character has to stand in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a second "key:" stands in this value; put the value in quotes, or mend the indentation',
  MISSING_CHAR: 'something is missing here: a closing quote, or the ":" after a key',
  MULTILINE_IMPLICIT_KEY: 'a key goes over more than one line; mend the indentation',
  NON_STRING_KEY: 'this key is not a text; write a plain key such as "name:"',
  TAB_AS_INDENT: 'a tab stands in the indentation; indent with spaces',
}

/** What is wrong with the YAML and what to do, in words of this program; for rare faults the words of the parser. */
export function yamlComplaint(error: YAMLError, text: string): string {
  const start = error.pos[0]
  if (error.code === 'TAG_RESOLVE_FAILED') {
    return `tags such as ${shownName(/^![\w!:/.+=-]*/.exec(text.slice(start))?.[0] ?? '!')} are not used in a federation file; remove it`
  }
  if (error.code === 'NON_STRING_KEY' && text.slice(start - 1, start + 1) === '{{') {
    return 'a template has to stand in quotes, such as \'{{ GetInterfaceIP "ens3" }}\''
  }
  const known = advice[error.code]
  if (known) return known
  // What the parser quotes may be a secret.
  const said = error.message.replace(/\s*[:%"].*$/s, '')
  return `this is not YAML: ${said.charAt(0).toLowerCase()}${said.slice(1)}`
}

/** What to do about a key that stands in its section for the second time. */
export function repeatedKey(text: string, offset: number): string {
  const key = shownName(/^[\w."'+/=-]+/.exec(text.slice(offset, offset + longestKey))?.[0] ?? '')
  return `the key ${key} stands here for the second time; remove one of them`
}
