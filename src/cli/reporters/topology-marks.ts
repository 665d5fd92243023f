import type {Report, Status} from '../../checks/check.js'

/** The worst of what is about a node itself; for a gateway also what keeps everyone from using those of its datacenter. */
export function nodeStatus(report: Report, id: string, datacenter: string): Status | undefined {
  const isGateway =
    statusOf(report, (check, subject) => check === 'gateway.wan-address' && subject === id) !== undefined
  return worstOf(report, (check, subject) => {
    if (subject === id || subject === `${id} → ${datacenter}`) return true
    return isGateway && check === 'gateway.healthy' && subject === datacenter
  })
}

/** The worst of all calls from either datacenter to the other. */
export function callStatus(report: Report, a: string, b: string): Status | undefined {
  const goes = (subject: string, from: string, to: string) =>
    subject.startsWith(`${from}/`) && subject.endsWith(` → ${to}`)
  return worstOf(report, (check, subject) => check === 'wan.rpc' && (goes(subject, a, b) || goes(subject, b, a)))
}

type IsMeant = (check: string, subject: string) => boolean

/** Undefined where nothing was judged. */
function worstOf(report: Report, isMeant: IsMeant): Status | undefined {
  const status = statusOf(report, isMeant)
  return status === 'skip' ? undefined : status
}

function statusOf(report: Report, isMeant: IsMeant): Status | undefined {
  const statuses = new Set(
    report.checks.flatMap(({findings, id}) =>
      findings.filter(({subject}) => isMeant(id, subject)).map(({status}) => status),
    ),
  )
  return (['fail', 'warn', 'pass', 'skip'] as const).find((status) => statuses.has(status))
}
