import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { watchHealth } from '../health.ts'
import { memoryLedger } from '../ledger/memory.ts'
import { memoryLog } from '../log/memory.ts'
import { type Check, healthRoutes } from './health-routes.ts'
import { httpListener } from './listener.ts'

const MIB = 1_048_576
const ENTRY = { key: 'p', text: '{}' }

/** A server over a log, a ledger and a disk that the test can spoil. */
function makeServer(notes: Readonly<Record<string, Check>> = {}) {
  const state = {
    free_mib: 1_000,
    isDelivering: true,
    logFails: false,
    storeFails: false,
    ledgerFails: false,
    log_ms: Date.now(),
    notes,
  }
  const memory = memoryLog({ lanes: 1, now: () => state.log_ms })
  const ledger = memoryLedger()
  const health = watchHealth({
    log: {
      ...memory,
      append: async (entries) => {
        if (state.logFails) throw new Error('disk I/O error')
        return memory.append(entries)
      },
    },
    ledger: {
      ...ledger,
      cursors: async () => {
        if (state.ledgerFails) throw new Error('disk I/O error')
        return ledger.cursors()
      },
    },
    store: {
      changes: async () => {
        if (state.storeFails) throw new Error('file is not a database')
      },
    },
    free_bytes: async () => {
      if (state.free_mib < 0) throw new Error('no such disk')
      return state.free_mib * MIB
    },
    diskFree_bytes_min: 256 * MIB,
    isDelivering: () => state.isDelivering,
    notes: () => state.notes,
  })
  const server = httpListener({ body_bytes_max: 1_000, onFault: () => {} })
  healthRoutes(server, '1.2.3', health.readiness)
  return {
    state,
    ledger,
    health,
    server,
    async ready() {
      const answer = await server.inject('/readyz')
      const { ready, reasons, checks, lag_ms } = answer.json()
      const failed = Object.keys(checks).filter((name) => !checks[name].ok)
      return { status: answer.statusCode, ready, reasons, failed, checks, lag_ms }
    },
  }
}

describe('the health of a server', () => {
  let made: ReturnType<typeof makeServer>
  beforeEach(() => {
    made = makeServer()
  })
  afterEach(async () => {
    made.health.stop()
    await made.server.close()
  })

  test('/healthz says that it runs, and its version, even when it is not ready', async () => {
    made.health.stop()
    const answer = await made.server.inject('/healthz')
    assert.deepEqual([answer.statusCode, answer.json()], [200, { status: 'ok', version: '1.2.3' }])
  })

  test('/readyz is 200 when everything is well', async () => {
    await made.health.checkDisk()
    const { status, ready, reasons, failed, checks } = await made.ready()
    assert.deepEqual(reasons, [])
    assert.deepEqual({ status, ready, failed }, { status: 200, ready: true, failed: [] })
    assert.equal(checks.disk.text, '1000 MiB free; at least 256 are needed.')
  })

  const rows: readonly [
    title: string,
    spoil: (server: ReturnType<typeof makeServer>) => unknown,
    failed: string,
    text: RegExp,
    unwell: string | undefined,
  ][] = [
    [
      'the disk is nearly full',
      ({ state, health }) => {
        state.free_mib = 255
        return health.checkDisk()
      },
      'disk',
      /^255 MiB free/,
      'DISK_NEARLY_FULL',
    ],
    [
      'nobody can tell how full the disk is',
      ({ state, health }) => {
        state.free_mib = -1
        return health.checkDisk()
      },
      'disk',
      /^0 MiB free/,
      'DISK_NEARLY_FULL',
    ],
    [
      'the last write to the log failed',
      ({ state, health }) => {
        state.logFails = true
        return assert.rejects(health.log.append([ENTRY]))
      },
      'log',
      /failed/,
      undefined,
    ],
    [
      'the readers are starting again',
      ({ state }) => {
        state.isDelivering = false
      },
      'delivery',
      /starting again/,
      undefined,
    ],
    [
      'the configuration cannot be read',
      ({ state, health }) => {
        state.storeFails = true
        return health.checkDisk()
      },
      'store',
      /store\.db/,
      undefined,
    ],
    [
      'the ledger cannot be read',
      ({ state }) => {
        state.ledgerFails = true
      },
      'ledger',
      /ledger\.db/,
      undefined,
    ],
    ['the server is stopping', ({ health }) => health.stop(), 'stopping', /is stopping/, 'SHUTTING_DOWN'],
  ]
  for (const [title, spoil, check, text, unwell] of rows) {
    test(`/readyz is 503 and says why when ${title}`, async () => {
      await made.health.checkDisk()
      await spoil(made)
      const { status, ready, reasons, failed, checks } = await made.ready()
      assert.deepEqual({ status, ready, failed }, { status: 503, ready: false, failed: [check] })
      assert.deepEqual(reasons, [checks[check].text])
      assert.match(checks[check].text, text)
      assert.equal(made.health.unwell(), unwell)
    })
  }

  test('what a person should know is told, and keeps no server from being ready', async () => {
    const noted = makeServer({ plugin: { ok: false, text: 'Not built.' } })
    await noted.health.checkDisk()
    const { status, ready, failed } = await noted.ready()
    assert.deepEqual({ status, ready, failed }, { status: 200, ready: true, failed: ['plugin'] })
    noted.health.stop()
    await noted.server.close()
  })

  test('exactly the free space that is needed is enough', async () => {
    made.state.free_mib = 256
    await made.health.checkDisk()
    assert.deepEqual([(await made.ready()).status, made.health.unwell()], [200, undefined])
  })

  test('one good write to the log makes the server ready again', async () => {
    await made.health.checkDisk()
    made.state.logFails = true
    await assert.rejects(made.health.log.append([ENTRY]))
    made.state.logFails = false
    await made.health.log.append([ENTRY])
    assert.equal((await made.ready()).status, 200)
  })

  test('/readyz tells how old the oldest event is that waits for each reader; that alone is not unready', async () => {
    await made.health.checkDisk()
    made.state.log_ms = Date.now() - 60_000
    const [address] = await made.health.log.append([ENTRY])
    await made.ledger.start('heap', [{ chunk: 0, index: 0 }])
    await made.ledger.start('webhook', [{ chunk: (address?.chunk ?? 0) + 1, index: 0 }])
    await made.ledger.start('half', [{ chunk: address?.chunk ?? 0, index: 1 }])
    const { status, lag_ms } = await made.ready()
    assert.equal(status, 200)
    assert.ok(lag_ms.heap >= 60_000 && lag_ms.heap < 120_000, `${lag_ms.heap} ms`)
    assert.deepEqual([lag_ms.webhook, lag_ms.half], [0, 0])
  })
})
