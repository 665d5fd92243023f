import {z} from 'zod'

import {datePattern, dateProblem} from '../fields/date.js'
import {text} from './text.js'

const notEmpty = (what: string) => (value: string) => (value.trim() === '' ? `empty; write ${what}` : undefined)

const suppressionSchema = z
  .strictObject({
    check: text('id of a check, a category, or a wildcard such as gateway.*', {
      example: 'raft.tolerance',
      problem: notEmpty('the id of a check, such as raft.tolerance'),
    }),
    subject: text('what the finding is about, as the report names it; default: everything', {
      example: 'dc1',
      problem: notEmpty('what the finding is about, as the report names it, or leave it out'),
    }).optional(),
    reason: text('why it is accepted', {
      example: 'one server until the new hardware is there',
      problem: notEmpty('why the finding is accepted'),
    }),
    until: text('last day, in UTC, on which it is accepted', {
      example: '2027-01-31',
      pattern: datePattern,
      problem: dateProblem,
    }),
  })
  .meta({description: 'a finding that is known and accepted for some time'})

export const verifySchema = z
  .strictObject({
    suppress: z
      .array(suppressionSchema)
      .meta({
        description: 'findings that fedctl verify shows as skipped, with the reason, until a day',
        examples: [[{check: 'raft.tolerance', reason: 'a test bed', subject: 'dc2', until: '2027-01-31'}]],
      })
      .optional(),
  })
  .meta({description: 'how the federation is verified'})
