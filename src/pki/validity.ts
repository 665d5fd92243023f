import {FedctlError} from '../errors/fedctl-error.js'

const dayMs = 86_400_000
/** The last year that a certificate can name, RFC 5280 §4.1.2.5.2. */
const lastYear = 9999

export interface Validity {
  readonly notAfter: Date
  readonly notBefore: Date
}

/**
 * From now, without back-dating, for that many days, as Consul does; certificates count whole seconds.
 * @throws FedctlError `usage` where `days` is not a whole number from 1 on, or ends after the year 9999.
 */
export function validityFor(days: number, now: Date): Validity {
  const notBefore = new Date(Math.floor(now.getTime() / 1000) * 1000)
  const notAfter = new Date(notBefore.getTime() + days * dayMs)
  if (Number.isSafeInteger(days) && days >= 1 && notAfter.getUTCFullYear() <= lastYear) return {notAfter, notBefore}
  throw new FedctlError('usage', `a certificate cannot be valid for ${days} days`, {
    suggestions: ['use a whole number of days from 1 on, such as 365'],
  })
}

/** Whole days from `now` until `date`, rounded down; negative when it has passed. */
export function daysUntil(date: Date, now: Date): number {
  return Math.floor((date.getTime() - now.getTime()) / dayMs)
}

/** That many days of 24 hours after `date`. */
export function daysAfter(date: Date, days: number): Date {
  return new Date(date.getTime() + days * dayMs)
}

/** How long it is from `now` until `date`, in words: `8 days`, `1 day`, `less than a day`. */
export function timeLeft(date: Date, now: Date): string {
  const days = daysUntil(date, now)
  if (days < 1) return 'less than a day'
  return days === 1 ? '1 day' : `${days} days`
}

/** `2027-11-20`, in UTC. */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10)
}
