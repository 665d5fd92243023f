import type {YAMLError} from 'yaml'

const advice: Partial<Record<YAMLError['code'], string>> = {
  BAD_INDENT:
    'the indentation does not fit, or a bracket is not closed; indent the keys of one list item or section alike',
  BAD_SCALAR_START: 'a text that begins with this character has to stand in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a second "key:" stands in this value; put the value in quotes, or mend the indentation',
  MISSING_CHAR: 'something is missing here: a closing quote, or the ":" after a key',
  MULTILINE_IMPLICIT_KEY: 'a key goes over more than one line; mend the indentation',
  MULTIPLE_DOCS: 'a second YAML document begins here; a federation file is one document',
  NON_STRING_KEY: 'this key is not a text; write a plain key such as "name:"',
  TAB_AS_INDENT: 'a tab stands in the indentation; indent with spaces',
}

/** What is wrong with the YAML and what to do, in words of this program; for rare faults the words of the parser. */
export function yamlComplaint(error: YAMLError, text: string): string {
  const start = error.pos[0]
  if (error.code === 'DUPLICATE_KEY') {
    return `the key ${/^[\w."'-]+/.exec(text.slice(start))?.[0] ?? ''} stands here for the second time; remove one of them`
  }
  if (error.code === 'TAG_RESOLVE_FAILED') {
    return `tags such as ${/^![\w!:/.-]*/.exec(text.slice(start))?.[0] ?? '!'} are not used in a federation file; remove it`
  }
  if (error.code === 'NON_STRING_KEY' && text.slice(start - 1, start + 1) === '{{') {
    return 'a template has to stand in quotes, such as \'{{ GetInterfaceIP "ens3" }}\''
  }
  const known = advice[error.code]
  if (known) return known
  return `this is not YAML: ${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`
}
