import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { ISO_UTC } from './csv-values.ts'
import { BATCH_CALLS } from './import-file.ts'
import { type ImportDeps, type ImportOptions, importOne, tryOne } from './import-one.ts'
import type { Answer } from './send.ts'
import { refusedFileOf, stateFileOf } from './state-file.ts'

const OPTIONS: ImportOptions = {
  ...{ url: 'http://server', writeKey: 'key', isRestart: false },
  csv: { map: [], isOnlyMapped: false, type: 'track', event: 'Row', dates: ISO_UTC },
}
let folder = ''
let files = 0
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-'))
})
after(() => rmSync(folder, { recursive: true }))

function fileOf(content: string | Buffer): string {
  files += 1
  const file = join(folder, `events-${files}`)
  writeFileSync(file, content)
  return file
}

const line = (n: number) => `{"type":"track","event":"E","userId":"u${n}","messageId":"m${n}"}\n`
const lines = (count: number) => Array.from({ length: count }, (_, n) => line(n)).join('')

/** A server that keeps what it took; `refuses` those of its ids. `fails` from that request on. */
function world({
  refuses = [],
  failsAt = Number.POSITIVE_INFINITY,
  stopsAt = failsAt,
  stdin = '',
}: World = {}) {
  const taken: string[] = []
  let requests = 0
  const deps: ImportDeps = {
    stdin: Readable.from([Buffer.from(stdin)]),
    isStopped: () => requests >= stopsAt,
    onProgress: () => {},
    send: {
      now_ms: () => 0,
      wait: async () => true,
      onWait: () => {},
      async post(body): Promise<Answer> {
        requests += 1
        if (requests >= failsAt) return { status: 401, json: {} }
        const ids = (JSON.parse(body) as { batch: { messageId: string }[] }).batch.map((one) => one.messageId)
        taken.push(...ids.filter((id) => !refuses.includes(id)))
        if (!ids.some((id) => refuses.includes(id))) return { status: 200, json: {} }
        const results = ids.map((id) =>
          refuses.includes(id) ? { status: 'refused', code: 'C', reason: 'R' } : { status: 'accepted' },
        )
        return { status: 400, json: { results } }
      },
    },
  }
  return { deps, taken }
}
type World = {
  readonly refuses?: readonly string[]
  readonly failsAt?: number
  readonly stopsAt?: number
  readonly stdin?: string
}
const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `m${from + n}`)

describe('an import', () => {
  for (const [title, pack] of [
    ['as it is', (text: string) => Buffer.from(text)],
    ['of gzip', (text: string) => gzipSync(text)],
    ['of a JSON list', (text: string) => Buffer.from(`[${text.trim().replaceAll('\n', ',\n')}]`)],
  ] as const) {
    test(`of a file ${title} that broke off goes on where it was, and is not done again`, async () => {
      const file = fileOf(pack(lines(1_800)))
      const first = world({ failsAt: 3 })
      await assert.rejects(importOne(file, OPTIONS, first.deps), { code: 'IMPORT_STOPPED' })
      assert.deepEqual(first.taken, ids(0, 2 * BATCH_CALLS))
      const second = world()
      const end = await importOne(file, OPTIONS, second.deps)
      assert.deepEqual(second.taken, ids(2 * BATCH_CALLS, 1_800))
      assert.deepEqual([end.status, end.counts], ['done', { sent: 1_800, refused: 0, skipped: 0 }])
      const third = world()
      assert.equal((await importOne(file, OPTIONS, third.deps)).status, 'before')
      assert.deepEqual(third.taken, [])
      const fourth = world()
      await importOne(file, { ...OPTIONS, isRestart: true }, fourth.deps)
      assert.equal(fourth.taken.length, 1_800)
    })
  }

  test('that is stopped ends what is on its way, and goes on later', async () => {
    const file = fileOf(lines(200_000))
    const first = world({ stopsAt: 1 })
    const end = await importOne(file, OPTIONS, first.deps)
    assert.equal(end.status, 'stopped')
    assert.equal(first.taken.length, end.counts.sent)
    const second = world()
    await importOne(file, OPTIONS, second.deps)
    assert.equal(new Set([...first.taken, ...second.taken]).size, first.taken.length + second.taken.length)
    assert.equal(first.taken.length + second.taken.length, 200_000)
  })

  test('keeps what was refused, here or by the server, once and with its line', async () => {
    const file = fileOf(`${lines(2)}{broken\n{"type":"track","event":"E"}\n${lines(BATCH_CALLS)}`)
    await assert.rejects(importOne(file, OPTIONS, world({ refuses: ['m1'], failsAt: 2 }).deps))
    const end = await importOne(file, OPTIONS, world({ refuses: ['m1'] }).deps)
    const told = readFileSync(refusedFileOf(file), 'utf8').trim().split('\n')
    const [broken, nobody, ...byServer] = told.map((text) => JSON.parse(text))
    assert.deepEqual(broken, {
      line: 3,
      code: 'BODY_NOT_JSON',
      reason: 'The line is not JSON.',
      call: '{broken',
    })
    assert.deepEqual([nobody.line, nobody.code], [4, 'EVENT_PERSON_MISSING'])
    assert.deepEqual(
      byServer.map((one) => [one.line, one.code, one.call.messageId]),
      [
        [2, 'C', 'm1'],
        [6, 'C', 'm1'],
      ],
    )
    assert.deepEqual(end.counts, { sent: BATCH_CALLS, refused: 4, skipped: 0 })
  })

  for (const [title, change] of [
    ['the file was changed', (file: string) => [utimesSync(file, 1, 1), OPTIONS][1]],
    ['it was for another source', () => ({ ...OPTIONS, writeKey: 'other' })],
    ['its calls were for other destinations', () => ({ ...OPTIONS, destinations: ['heap'] })],
    ['what was kept cannot be read', (file: string) => [writeFileSync(stateFileOf(file), '{'), OPTIONS][1]],
  ] as const) {
    test(`does not go on when ${title}`, async () => {
      const file = fileOf(lines(10))
      await importOne(file, OPTIONS, world().deps)
      const options = change(file) as ImportOptions
      await assert.rejects(importOne(file, options, world().deps), { code: 'IMPORT_FOREIGN' })
      await importOne(file, { ...options, isRestart: true }, world().deps)
    })
  }

  test('keeps no write key', async () => {
    const file = fileOf(lines(1))
    await importOne(file, { ...OPTIONS, writeKey: 'a-very-secret-key' }, world().deps)
    assert.doesNotMatch(readFileSync(stateFileOf(file), 'utf8'), /very-secret/)
  })

  test('of standard input makes the same ids each time, and keeps nothing', async () => {
    const text = '{"type":"track","event":"E","userId":"u"}\n'.repeat(3)
    const [first, second] = [world({ stdin: text }), world({ stdin: text })]
    await importOne('-', OPTIONS, first.deps)
    await importOne('-', OPTIONS, second.deps)
    assert.equal(new Set(first.taken).size, 3)
    assert.deepEqual(first.taken, second.taken)
    assert.equal(existsSync(stateFileOf('-')), false)
  })

  test('of a file that is not there is an error', async () => {
    const missing = join(folder, 'missing')
    await assert.rejects(importOne(missing, OPTIONS, world().deps), { code: 'IMPORT_UNREADABLE' })
  })
})

test('with a rate, calls go no faster', async () => {
  const { deps, taken } = world()
  let now_ms = 0
  const wait = async (ms: number) => {
    now_ms += ms
    return true
  }
  const send = { ...deps.send, wait, now_ms: () => now_ms }
  await importOne(fileOf(lines(1_000)), { ...OPTIONS, rate: 100 }, { ...deps, send })
  assert.equal(taken.length, 1_000)
  // The last portion of 25 is not waited for.
  assert.equal(now_ms, 9_750)
})

test('a dry run counts by the rules of ingest, and sends nothing', async () => {
  const call = { type: 'track', event: 'E', userId: 'u', timestamp: '2020-01-01T00:00:00Z' }
  const calls = [
    call,
    { ...call, timestamp: '2030-01-01T00:00:00Z', integrations: { All: false } },
    { ...call, timestamp: undefined },
    { type: 'identify', userId: 'u', timestamp: '2019-01-01' },
    { type: 'identify' },
    { ...call, properties: { text: 'x'.repeat(70_000) } },
    { ...call, timestamp: '2010-01-01' },
  ]
  const file = fileOf(calls.map((one) => JSON.stringify(one)).join('\n'))
  const options = { ...OPTIONS, from_ms: Date.parse('2015-01-01') }
  const dryRun = await tryOne(file, options, {
    ...{ stdin: Readable.from([]), now_ms: Date.parse('2026-01-01'), refused_max: 1 },
  })
  assert.deepEqual(dryRun, {
    ...{ format: 'ndjson', compression: 'none', good: 4, skipped: 1, refused: 2 },
    ...{ untimed: 1, future: 1, switching: 1 },
    ...{ oldest: '2019-01-01T00:00:00.000Z', newest: '2030-01-01T00:00:00.000Z' },
    types: new Map([
      ['track', 3],
      ['identify', 1],
    ]),
    events: new Map([['E', 3]]),
    firstRefused: [
      {
        ...{ line: 5, code: 'EVENT_PERSON_MISSING' },
        reason: 'The call has neither a "userId" nor an "anonymousId".',
      },
    ],
  })
  assert.equal(existsSync(stateFileOf(file)), false)
})
