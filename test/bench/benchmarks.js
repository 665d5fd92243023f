import {labUp} from './lab-up.js'
import {memory} from './memory.js'
import {start} from './start.js'
import {tlsIssue} from './tls-issue.js'
import {verifyHanging} from './verify-hanging.js'
import {verifyLarge} from './verify-large.js'
import {verifyReal} from './verify-real.js'

/** Every benchmark, in the order in which they run; a file each. */
export const benchmarks = [start, tlsIssue, labUp, memory, verifyReal, verifyLarge, verifyHanging]
