import {dirname} from 'node:path'
import {fileURLToPath} from 'node:url'

import oclif from 'eslint-config-oclif'
import tseslint from 'typescript-eslint'

import {layers, maxLines} from './test/contract/layers.js'

/** Prettier lays text out, TypeScript resolves imports, the tests are vitest's, and the order of members says more than the alphabet. */
const leftOutPlugins = /^(@stylistic|import|mocha|perfectionist)\//

/** Rules that move text around, or refuse what is meant: keys in Consul's spelling, steps one after another, bits of a certificate. */
const leftOutRules = [
  '@typescript-eslint/require-await',
  'arrow-body-style',
  'camelcase',
  'dot-notation',
  'jsdoc/no-defaults',
  'jsdoc/no-undefined-types',
  'jsdoc/require-param-description',
  'jsdoc/require-property-description',
  'jsdoc/require-returns-description',
  'jsdoc/valid-types',
  'max-params',
  'no-await-in-loop',
  'no-bitwise',
  'no-else-return',
  'no-promise-executor-return',
  'no-void',
  'prefer-destructuring',
  'unicorn/catch-error-name',
  'unicorn/consistent-function-scoping',
  'unicorn/escape-case',
  'unicorn/explicit-length-check',
  'unicorn/import-style',
  'unicorn/no-array-callback-reference',
  'unicorn/no-array-for-each',
  'unicorn/no-array-push-push',
  'unicorn/no-array-reduce',
  'unicorn/no-hex-escape',
  'unicorn/no-lonely-if',
  'unicorn/no-negated-condition',
  'unicorn/no-nested-ternary',
  'unicorn/no-unreadable-array-destructuring',
  'unicorn/no-useless-undefined',
  'unicorn/number-literal-case',
  'unicorn/numeric-separators-style',
  'unicorn/prefer-code-point',
  'unicorn/prefer-export-from',
  'unicorn/prefer-spread',
  'unicorn/prefer-string-raw',
  'unicorn/prefer-switch',
  'unicorn/prefer-ternary',
  'unicorn/require-array-join-separator',
  'unicorn/switch-case-braces',
  'unicorn/template-indent',
  'unicorn/text-encoding-identifier-case',
]

const fromPlugins = oclif
  .flatMap((config) => Object.keys(config.rules ?? {}))
  .filter((rule) => leftOutPlugins.test(rule))
const leftOut = Object.fromEntries([...fromPlugins, ...leftOutRules].map((rule) => [rule, 'off']))

/** One zone for each folder of src: what lies above it or beside it is out of its reach. */
const zones = layers.flatMap((folders, depth) =>
  folders.map((folder) => ({
    from: layers
      .slice(0, depth + 1)
      .flat()
      .filter((other) => other !== folder)
      .map((other) => `./src/${other}`),
    message: `src/${folder} may import lower layers only (test/contract/layers.js)`,
    target: `./src/${folder}`,
  })),
)

export default tseslint.config(
  {ignores: ['dist/', 'coverage/', '.tools/', '.demo/']},
  ...oclif,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {project: ['tsconfig.test.json'], tsconfigRootDir: dirname(fileURLToPath(import.meta.url))},
    },
    linterOptions: {reportUnusedDisableDirectives: 'error'},
    rules: {
      ...leftOut,
      '@typescript-eslint/no-unused-vars': [
        'error',
        {argsIgnorePattern: '^_', ignoreRestSiblings: true, varsIgnorePattern: '^_'},
      ],
      'import/no-default-export': 'error',
      'jsdoc/check-param-names': ['error', {disableMissingParamChecks: true}],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'import/no-restricted-paths': ['error', {zones}],
      'jsdoc/require-jsdoc': ['error', {publicOnly: true, require: {FunctionDeclaration: true}}],
      'max-lines': ['error', maxLines.elsewhere],
      'no-console': 'error',
    },
  },
  {
    files: ['src/commands/**/*.ts'],
    rules: {'import/no-default-export': 'off', 'max-lines': ['error', maxLines.commands]},
  },
  {
    // A second Ctrl-C ends at once.
    files: ['src/cli/base-command.ts'],
    rules: {'n/no-process-exit': 'off', 'unicorn/no-process-exit': 'off'},
  },
  {
    files: ['bin/**/*.js', 'test/**'],
    rules: {'n/no-unpublished-import': 'off'},
  },
  {
    // tsc checks these files; eslint does not see the casts in their comments.
    files: ['bin/**/*.js', 'test/**/*.js'],
    rules: Object.fromEntries(
      ['argument', 'assignment', 'call', 'member-access', 'return'].map((use) => [
        `@typescript-eslint/no-unsafe-${use}`,
        'off',
      ]),
    ),
  },
  {
    files: ['test/**'],
    rules: {
      'max-lines': 'off',
      'max-nested-callbacks': 'off',
      'n/no-unsupported-features/node-builtins': ['error', {ignores: ['fetch']}],
      'no-control-regex': 'off',
      'no-template-curly-in-string': 'off',
    },
  },
  {
    // The launchers import what the build makes and ask Node what it has; eslint's own plugins have no types; rolldown reads what the compiler made.
    extends: [tseslint.configs.disableTypeChecked],
    files: ['bin/run.js', 'bin/dev.js', 'eslint.config.js', 'rolldown.config.js'],
    rules: {'n/no-unsupported-features/node-builtins': 'off'},
  },
  {
    files: ['*.config.{js,ts}'],
    rules: {'import/no-default-export': 'off', 'n/no-unpublished-import': 'off'},
  },
)
