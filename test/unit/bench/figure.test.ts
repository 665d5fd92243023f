import {describe, expect, it} from 'vitest'

import {type Aim, type Figure, summarise} from '../../bench/measure/figure.js'

function aFigure(aim: Aim, ...pairs: [baseline: number, subject: number][]): Figure {
  return {
    aim,
    baseline: 'the other',
    pairs: pairs.map(([baseline, subject]) => ({baseline, subject})),
    subject: 'this',
    unit: 'ms',
  }
}

describe('summarise', () => {
  it('takes the ratio of each pair before the median, so that load on one pair does not count', () => {
    const figure = aFigure({atMostTimes: 2.5}, [10, 20], [100, 210], [10, 22])
    expect(summarise(figure)).toEqual({
      baseline: 10,
      highest: 2.2,
      isMet: true,
      lowest: 2,
      ratio: 2.1,
      subject: 22,
    })
  })

  it('takes the mean of the two in the middle', () => {
    const {baseline, ratio} = summarise(aFigure({atMostTimes: 1}, [1, 1], [1, 4], [3, 6], [4, 12]))
    expect({baseline, ratio}).toEqual({baseline: 2, ratio: 2.5})
  })

  it('turns the ratio round where the aim is to take less', () => {
    expect(summarise(aFigure({timesLess: 8}, [80, 10]))).toMatchObject({isMet: true, ratio: 8})
    expect(summarise(aFigure({timesLess: 8}, [79, 10]))).toMatchObject({isMet: false, ratio: 7.9})
  })

  it('looks at what is more where the aim says so', () => {
    expect(summarise(aFigure({atMostMore: 5}, [10, 15], [20, 24], [10, 99])).isMet).toBe(true)
    expect(summarise(aFigure({atMostMore: 5}, [10, 16], [20, 26], [10, 11])).isMet).toBe(false)
  })

  it('meets a limit below it only', () => {
    expect(summarise(aFigure({under: 150}, [50, 149])).isMet).toBe(true)
    expect(summarise(aFigure({under: 150}, [50, 150])).isMet).toBe(false)
  })

  it('refuses a figure without a measurement', () => {
    expect(() => summarise(aFigure({under: 1}))).toThrow(RangeError)
  })
})
