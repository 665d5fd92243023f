import type {z} from 'zod'

import {cut, shown} from './fields/shown.js'
import type {Issue, Path} from './issue.js'
import {federationJsonSchema} from './json-schema.js'
import {nearMiss} from './near-miss.js'
import {type FederationFile, federationSchema} from './schema/federation.js'

/** The part of a JSON Schema that messages are made of. */
interface Shape {
  readonly enum?: readonly unknown[]
  readonly examples?: readonly unknown[]
  readonly items?: Shape
  readonly maximum?: number
  readonly minimum?: number
  readonly pattern?: string
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: readonly string[]
  readonly type?: string
}

export type ShapeResult = {readonly file: FederationFile} | {readonly issues: readonly Issue[]}

/**
 * Holds a value against the schema.
 * @param typed how a plain value was typed, such as `1.20` for the number 1.2
 * @returns The file, or everything that each value for itself has wrong.
 */
export function checkShape(value: unknown, typed: (path: Path) => string | undefined): ShapeResult {
  const result = federationSchema.safeParse(value)
  if (result.success) return {file: result.data}
  const top = federationJsonSchema() as Shape
  return {issues: withoutRepeats(result.error.issues.flatMap((issue) => issuesOf(issue, top, value, typed)))}
}

/** The schema may refuse one value for two reasons that read alike. */
function withoutRepeats(issues: readonly Issue[]): Issue[] {
  return [...new Map(issues.map((issue) => [JSON.stringify([issue.path, issue.message]), issue])).values()]
}

function issuesOf(
  issue: z.core.$ZodIssue,
  top: Shape,
  file: unknown,
  typed: (path: Path) => string | undefined,
): Issue[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol')
  const shape = shapeAt(top, path)
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(shape.properties ?? {})
    return issue.keys.map((key) => ({message: unknownKey(key, known), part: 'key', path: [...path, key]}))
  }
  const value = valueAt(file, path)
  if (value === undefined) return [{message: `is missing; ${advice(shape, path)}`, path}]
  if (value === null)
    return [{message: `is empty; ${advice(shape, path)}${isOptional(top, path) ? ', or remove the line' : ''}`, path}]
  if (issue.code === 'invalid_type') return [{message: wrongType(value, shape, path, typed(path)), path}]
  if (issue.code === 'invalid_value') return [{message: noneOf(value, shape), path}]
  if (issue.code === 'too_big' || issue.code === 'too_small') return [{message: outOfRange(value, shape, path), path}]
  return [{message: issue.message, path}]
}

function unknownKey(key: string, known: readonly string[]): string {
  if (key === '<<') return 'merge keys are not used in a federation file; write out what the alias stands for'
  const meant = nearMiss(key, known)
  if (meant) return `unknown key; did you mean ${JSON.stringify(meant)}?`
  return `unknown key ${shown(key)}; known here: ${known.join(', ')}`
}

function wrongType(value: unknown, shape: Shape, path: Path, typed: string | undefined): string {
  if (
    shape.type === 'string' &&
    typed !== undefined &&
    typed === cut(typed) &&
    new RegExp(shape.pattern ?? '').test(typed)
  ) {
    return `${typed} is ${kindOf(value)} here, not text; put it in quotes: "${typed}"`
  }
  const given =
    typeof value === 'string' ? shown(value) : typeof value === 'object' ? 'this' : cut(typed ?? shown(value))
  const wanted = {array: ', not a list', integer: ', not a whole number', string: ', not text'}[shape.type ?? ''] ?? ''
  return `${given} is ${kindOf(value)}${wanted}; ${advice(shape, path)}`
}

function noneOf(value: unknown, shape: Shape): string {
  const allowed = (shape.enum ?? []).map(String)
  const meant = typeof value === 'string' ? nearMiss(value, allowed) : undefined
  if (meant) return `${shown(value)} is not known here; did you mean ${JSON.stringify(meant)}?`
  return `${typeof value === 'object' ? kindOf(value) : shown(value)} is not known here; write ${either(allowed)}`
}

function outOfRange(value: unknown, shape: Shape, path: Path): string {
  if (Array.isArray(value)) return `this list is empty; ${advice(shape, path)}`
  return `${shown(value)} is out of range; write a number from ${shape.minimum ?? 0} to ${shape.maximum ?? 0}`
}

/** What to write: all that is allowed, or an example in one line of YAML. */
function advice(shape: Shape, path: Path): string {
  if (shape.enum) return `write ${either(shape.enum.map(String))}`
  if (shape.type === 'boolean') return 'write true or false'
  const keys = Object.keys(shape.properties ?? {})
  if (shape.type === 'object') return `write a section with the key${keys.length === 1 ? '' : 's'} ${keys.join(', ')}`
  const key = path.at(-1)
  return `write for example ${typeof key === 'string' ? `${key}: ` : ''}${flow(shape.examples?.[0])}`
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => flow(item)).join(', ')}]`
  if (typeof value === 'string') return /^[\w./:-]+$/.test(value) ? value : JSON.stringify(value)
  if (typeof value !== 'object' || value === null) return String(value)
  const pairs = Object.entries(value).map(([key, inner]) => `${key}: ${flow(inner)}`)
  return `{ ${pairs.join(', ')} }`
}

function either(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return 'text'
  if (typeof value === 'object') return 'a section with keys'
  return typeof value === 'boolean' ? 'true or false' : 'a number'
}

function isOptional(top: Shape, path: Path): boolean {
  return !(shapeAt(top, path.slice(0, -1)).required ?? []).includes(String(path.at(-1)))
}

function shapeAt(top: Shape, path: Path): Shape {
  return path.reduce<Shape>((shape, part) => {
    return (typeof part === 'number' ? shape.items : shape.properties?.[part]) ?? {}
  }, top)
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, part) => {
    return typeof inner === 'object' && inner !== null ? (inner as Record<number | string, unknown>)[part] : undefined
  }, value)
}
