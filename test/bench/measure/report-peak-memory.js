import {readFileSync, writeFileSync} from 'node:fs'

/** Preloaded into a program: writes the most resident memory that it ever had, in kB, to the file that FEDCTL_BENCH_PEAK names. */
process.on('exit', () => {
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  writeFileSync(process.env['FEDCTL_BENCH_PEAK'] ?? '', peak ?? '')
})
