import {expect, it} from 'vitest'

import type {Outcome} from '../../bench/measure/figure.js'
import {markdownReport, textReport} from '../../bench/measure/report.js'

const outcomes: Outcome[] = [
  {
    benchmark: {method: 'This against that.', name: 'start', run: () => Promise.resolve([]), title: 'Start'},
    figures: [
      {
        aim: {atMostTimes: 2.5},
        baseline: 'node -e 0',
        pairs: [
          {baseline: 40, subject: 80},
          {baseline: 40, subject: 120},
        ],
        subject: '--help',
        unit: 'ms',
      },
    ],
  },
]

it('prints a table for a terminal', () => {
  expect(textReport(outcomes)).toBe(
    [
      'fedctl  takes   against    takes  ratio  spread     pairs  aim                met',
      '--help  100 ms  node -e 0  40 ms  2.50   2.00–3.00  2      at most 2.5 times  yes',
    ].join('\n'),
  )
})

it('writes a section for each benchmark, below what the figures depend on', () => {
  expect(markdownReport(outcomes, ['Node 20'])).toBe(
    [
      '- Node 20',
      '',
      '### Start',
      '',
      'This against that.',
      '',
      '| fedctl | takes  | against   | takes | ratio | spread    | pairs | aim               | met |',
      '| ------ | ------ | --------- | ----- | ----- | --------- | ----- | ----------------- | --- |',
      '| --help | 100 ms | node -e 0 | 40 ms | 2.50  | 2.00–3.00 | 2     | at most 2.5 times | yes |',
      '',
    ].join('\n'),
  )
})
