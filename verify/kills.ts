import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { FaultRule } from '../sandbox/fault-rules.ts'
import { startSandbox } from '../sandbox/server.ts'
import { type Clients, REFUSED_EVENT, startClients } from './clients.ts'
import { CALM, CROWD, configurationFor, SOURCE, TROUBLED } from './configuration.ts'
import { number, sumsOf, unbalanced } from './equation.ts'
import { type Outcome, outcomeAt } from './outcome.ts'
import { type Random, randomFrom } from './random.ts'
import { lastWords, type ServerProcess, startServerProcess } from './server-process.ts'

/** A kill comes when so many events more have been taken, and at most this much later. */
const KILL_WITHIN_MS = 300
/** The share of kills that come while the server is still starting. */
const EARLY_SHARE = 0.1
const EARLY_WITHIN_MS = 400

export type KillsOptions = {
  readonly main: string
  readonly folder: string
  readonly kills: number
  readonly events: number
  readonly seed: number
  /** No kill comes after this time. */
  readonly until_ms: number
  readonly say: (line: string) => void
}

/** What a receiver can do to us, short of being away for good. The first rule that applies to a request decides. */
function faultRules(seed: number): readonly FaultRule[] {
  return [
    { refuseEvents: REFUSED_EVENT },
    { share: 0.03, seed, loseResponse: true },
    { share: 0.04, seed: seed + 1, status: 500 },
    { share: 0.02, seed: seed + 2, status: 429, retryAfter_s: 1 },
    { share: 0.05, seed: seed + 3, latency_ms: 300 },
  ]
}

/**
 * Kills the server with SIGKILL again and again while clients send and two Heaps take, one of which fails in every way;
 * then asks whether each event that was answered 200 has arrived, once, and in order for each person.
 */
export async function verifyKills(options: KillsOptions): Promise<Outcome> {
  const { main, folder, events, seed, say } = options
  const started_ms = Date.now()
  const calm = await startSandbox({ limits: 'off', events_max: events * 2 })
  const troubled = await startSandbox({ limits: 'off', events_max: events * 2 })
  troubled.faults.replace(faultRules(seed % 1_000_000))
  const receivers = [
    { ...CALM, sandbox: calm, refuses: false },
    { ...TROUBLED, sandbox: troubled, refuses: true },
  ]
  const urls = receivers.map(({ id, appId, sandbox }) => ({ id, appId, url: sandbox.url }))
  writeFileSync(join(folder, 'millrace.yaml'), configurationFor(urls))
  const random = randomFrom(seed)
  const server = await startServerProcess({ main, folder })
  try {
    let allowed = 0
    const clients = startClients(server.url, events, CROWD, randomFrom(seed + 1), () => allowed)
    const killed = await killAtMoments(options, server, clients, random, (events) => {
      allowed = events
    })
    allowed = events
    await clients.done
    say(
      `${killed.kills} kill -9 in ${seconds(started_ms)} s, ${killed.early} of them while the server was starting; ` +
        `${number(clients.resent())} requests had to be sent again`,
    )
    // Only refusals stay: with the other faults it would end too, a little later.
    troubled.faults.replace([{ refuseEvents: REFUSED_EVENT }])
    const outcomes: Outcome[] = []
    for (const one of receivers) {
      outcomes.push(await outcomeAt(one, server.adminUrl, clients.acknowledged, one))
    }
    const repeats = receivers.reduce(
      (sum, { sandbox, appId }) => sum + (sandbox.heap.counts(appId)?.repeated ?? 0),
      0,
    )
    say(`${number(repeats)} events went out twice under one key, and were left out by the receiver`)
    const problems = [...killed.problems, ...outcomes.flatMap((one) => one.problems)]
    return {
      lines: outcomes.flatMap(({ lines }) => lines),
      problems: problems.length === 0 ? [] : [...problems, ...lastWords(server)],
    }
  } finally {
    await server.stop()
    await Promise.all([calm.close(), troubled.close()])
  }
}

async function killAtMoments(
  { kills, events, until_ms, say }: KillsOptions,
  server: ServerProcess,
  { acknowledged }: Clients,
  random: Random,
  allow: (events: number) => void,
) {
  const moments = Array.from({ length: kills }, () => random.whole(0, events)).sort((a, b) => a - b)
  const told = { kills: 0, early: 0, problems: [] as string[] }
  for (const [index, moment] of moments.entries()) {
    // The next kill finds clients that send.
    allow(moments[index + 1] ?? events)
    while (acknowledged.length < moment && Date.now() < until_ms) await wait(1)
    if (Date.now() >= until_ms) break
    await wait(random.whole(0, KILL_WITHIN_MS))
    await server.kill()
    told.kills += 1
    if (random.next() < EARLY_SHARE && told.kills < kills) {
      server.spawn()
      await wait(random.whole(0, EARLY_WITHIN_MS))
      await server.kill()
      told.kills += 1
      told.early += 1
    }
    await server.start()
    for (const { id } of [CALM, TROUBLED]) {
      const sums = await sumsOf(server.adminUrl, SOURCE, id)
      for (const problem of unbalanced(id, sums)) told.problems.push(`after kill ${told.kills}: ${problem}`)
    }
    if (told.kills % 50 === 0) say(`${told.kills} kills, ${number(acknowledged.length)} events answered 200`)
    if (told.kills >= kills) break
  }
  return told
}

function seconds(since_ms: number): string {
  return ((Date.now() - since_ms) / 1_000).toFixed(0)
}
