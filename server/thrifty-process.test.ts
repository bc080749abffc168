import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BegunProcess, isLong, thriftyReplacement } from './thrifty-process.ts'

const begun: BegunProcess = {
  platform: 'linux',
  execPath: '/usr/bin/node',
  execArgv: ['--enable-source-maps'],
  argv: ['/usr/bin/node', '/srv/main.js', 'start', '--port', '4000'],
  env: { HOME: '/root', UNSET: undefined },
  execve: () => {},
}

test('a server begins anew with the same command, and what keeps its memory small', () => {
  assert.deepEqual(thriftyReplacement(begun, 4), {
    file: '/usr/bin/node',
    args: [
      ...['/usr/bin/node', '--enable-source-maps', '--max-semi-space-size=4', '--min-semi-space-size=2'],
      '--v8-pool-size=2',
      ...['/srv/main.js', 'start', '--port', '4000'],
    ],
    env: {
      HOME: '/root',
      MALLOC_ARENA_MAX: '1',
      MALLOC_MMAP_THRESHOLD_: '131072',
      MALLOC_TRIM_THRESHOLD_: '262144',
    },
  })
})

test('what whoever began it has said of the C library stays', () => {
  const next = thriftyReplacement({ ...begun, env: { MALLOC_ARENA_MAX: '4' } })
  assert.equal(next?.env['MALLOC_ARENA_MAX'], '4')
})

for (const [cores, threads] of [
  [1, 1],
  [2, 1],
  [4, 2],
  [64, 4],
] as const) {
  test(`${cores} cores: ${threads} of V8's own threads`, () => {
    const { args = [] } = thriftyReplacement(begun, cores) ?? {}
    assert.ok(args.includes(`--v8-pool-size=${threads}`))
  })
}

test('as many of those as whoever began it has said', () => {
  const next = thriftyReplacement({ ...begun, env: { NODE_OPTIONS: '--v8-pool-size=3' } }, 64)
  assert.ok(!next?.args.some((arg) => arg.startsWith('--v8-pool-size')))
})

test('what it becomes is not replaced once more', () => {
  const next = thriftyReplacement(begun)
  assert.equal(thriftyReplacement({ ...begun, execArgv: next?.args.slice(1, 4) ?? [] }), undefined)
})

for (const [command, expected] of [
  ['start', true],
  ['import', true],
  ['sources', false],
  [undefined, false],
] as const) {
  test(`${command ?? 'nothing'} ${expected ? 'runs' : 'does not run'} for long`, () => {
    assert.equal(isLong(command), expected)
  })
}

const rows: readonly [title: string, changed: Partial<BegunProcess>][] = [
  ['where Node cannot replace a process', { execve: undefined }],
  ['on Windows', { platform: 'win32' }],
  ['with a channel to the process that began it', { connected: true }],
  ['where the option is given', { execArgv: ['--max-semi-space-size=16'] }],
  ['where the environment gives it', { env: { NODE_OPTIONS: '--max-semi-space-size=16' } }],
]
for (const [title, changed] of rows) {
  test(`it stays as it is ${title}`, () => {
    assert.equal(thriftyReplacement({ ...begun, ...changed }), undefined)
  })
}
