import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, test } from 'node:test'
import type { Owned } from '../../server/log/jetstream-ownership.ts'
import { until } from '../e2e/server.ts'
import { withNats } from './cluster.fixtures.ts'
import { newStream } from './jetstream-log.fixtures.ts'
import type { NatsServers } from './nats.ts'

const LANES = 4
type Member = ReturnType<typeof startMember>

withNats('The owners of lanes', { servers: 3 }, (start) => {
  const members: Member[] = []
  afterEach(() => {
    for (const member of members.splice(0)) member.kill()
  })
  function member(nats: NatsServers, stream: string): Member {
    const started = startMember(nats, stream)
    members.push(started)
    return started
  }
  const ownsAll = (of: Member) => () => (of.epochs().every((epoch) => epoch > 0) ? true : undefined)

  test('one process owns a lane; when it dies another does, under a higher number', async (t) => {
    const nats = await start()
    const stream = newStream()
    const one = member(nats, stream)
    await until('the first to own every lane', ownsAll(one), one.said)
    const two = member(nats, stream)
    await until('the second to take part', () => (two.isReady() ? true : undefined), two.said)
    const before = one.epochs()
    assert.deepEqual(two.epochs(), [0, 0, 0, 0])
    const killed_ms = performance.now()
    one.kill()
    await until('the second to own every lane', ownsAll(two), two.said)
    t.diagnostic(`handed over after ${Math.round(performance.now() - killed_ms)} ms`)
    assert.ok(two.epochs().every((epoch, lane) => epoch > Math.max(...before) && epoch > (before[lane] ?? 0)))
  })

  test('a process that was held up loses its lanes, and its number is refused', async () => {
    const nats = await start()
    const stream = newStream()
    const one = member(nats, stream)
    await until('the first to own every lane', ownsAll(one), one.said)
    const two = member(nats, stream)
    await until('the second to take part', () => (two.isReady() ? true : undefined), two.said)
    const stale = one.epochs()
    one.signal('SIGSTOP')
    await until('the second to own every lane', ownsAll(two), two.said)
    const ledger = new Map<number, number>()
    assert.deepEqual(
      two.epochs().map((epoch, lane) => write(ledger, { lane, epoch })),
      [true, true, true, true],
    )
    assert.deepEqual(
      stale.map((epoch, lane) => write(ledger, { lane, epoch })),
      [false, false, false, false],
    )
    one.signal('SIGCONT')
    await until('the first to know', () => (Math.max(...one.epochs()) === 0 ? true : undefined), one.said)
  })
})

/** As the ledger's transaction would. */
function write(highest: Map<number, number>, { lane, epoch }: Owned): boolean {
  if (epoch < (highest.get(lane) ?? 0)) return false
  highest.set(lane, epoch)
  return true
}

function startMember({ urls }: NatsServers, stream: string) {
  const script = join(import.meta.dirname, 'ownership-member.ts')
  const child = spawn(process.execPath, [script, urls.join(','), stream, String(LANES), '3'])
  const epochs = new Array<number>(LANES).fill(0)
  let [isReady, said] = [false, '']
  child.stderr.on('data', (data) => {
    said += data
  })
  createInterface(child.stdout).on('line', (line) => {
    const { lane, epoch } = JSON.parse(line) as Owned
    if (lane < 0) isReady = true
    else epochs[lane] = epoch
  })
  return {
    epochs: () => [...epochs],
    isReady: () => isReady,
    said: () => said,
    kill: () => child.kill('SIGKILL'),
    signal: (signal: NodeJS.Signals) => child.kill(signal),
  }
}
