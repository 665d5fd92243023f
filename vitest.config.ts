import {defineConfig} from 'vitest/config'

export default defineConfig({
  test: {
    disableConsoleIntercept: true,
    projects: [
      {
        extends: true,
        test: {
          exclude: ['test/integration/**'],
          include: ['test/{unit,commands,contract,golden}/**/*.test.ts'],
          // Modules hold no state, so files need no processes of their own: a third of the time.
          isolate: false,
          name: 'fast',
          // Most take milliseconds; a machine that is busy must not fail the others.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          hookTimeout: 300_000,
          include: ['test/integration/**/*.test.ts'],
          // Federations mostly wait for Consul, so two cores are enough for four.
          maxWorkers: 4,
          name: 'integration',
          testTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          env: {KILL_EVERYWHERE: '1'},
          fileParallelism: false,
          hookTimeout: 300_000,
          include: ['test/{integration/kill,kill}/**/*.test.ts'],
          name: 'kill',
          testTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          env: {EVERY_FAULT: '1'},
          hookTimeout: 300_000,
          include: ['test/integration/{faults,isolated-lab}.test.ts'],
          name: 'faults',
          testTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          env: {ADOPT_ROUNDS: process.env.ADOPT_ROUNDS ?? '5', ADOPT_SERVERS: process.env.ADOPT_SERVERS ?? '3'},
          hookTimeout: 300_000,
          include: ['test/integration/own-datacenter.test.ts'],
          name: 'adopt',
          testTimeout: 600_000,
        },
      },
      {
        extends: true,
        test: {
          hookTimeout: 300_000,
          include: ['test/healthy/**/*.test.ts'],
          name: 'healthy',
          testTimeout: 1_200_000,
        },
      },
    ],
  },
})
