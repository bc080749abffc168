import assert from 'node:assert/strict'
import { join } from 'node:path'
import { findNats, NO_NATS } from '../cluster/nats-binary.ts'
import { POSTGRES_MISSING } from '../cluster/postgres.ts'
import { type Engines, makeMembers, startEngines, startMembers } from '../cluster/processes.ts'

/**
 * Whether the tests that start the whole server start several processes with roles, over NATS servers and PostgreSQL, in place of one:
 * MILLRACE_E2E=cluster.
 */
export const IN_CLUSTER = process.env['MILLRACE_E2E'] === 'cluster'
/** One that takes events, two that deliver, one of which counts, and one with the pages. */
const ROLES = ['ingest', 'delivery', 'delivery,indexer', 'admin']

/** For tests of one process that takes so long at most: several take longer to start. */
export const atMost_ms = (ms: number): number => (IN_CLUSTER ? 4 * ms : ms)

/** Why a test is skipped there; false where there is one process. `why` is a sentence for whoever asks what a cluster lacks. */
export const notInCluster = (why: string): string | false =>
  IN_CLUSTER && `not with several processes: ${why}`

/** The servers that the processes of a place share over its restarts; started when first asked for. */
export function enginesOfPlace() {
  let started: Promise<Engines> | undefined
  return {
    get(): Promise<Engines> {
      const nats = findNats()
      if (nats === undefined || POSTGRES_MISSING !== false)
        assert.fail(nats === undefined ? NO_NATS : String(POSTGRES_MISSING))
      started ??= startEngines(nats)
      return started
    },
    /** What leads a command to the people of the processes. */
    async environment(): Promise<Record<string, string>> {
      return started === undefined ? {} : { MILLRACE_POSTGRES: (await started).postgresUrl }
    },
    stop: async () => void (await (await started)?.stop()),
  }
}

/** What the tests see as one server. */
export async function startInCluster(engines: Engines, folder: string, flags: readonly string[]) {
  const first = ['--config', join(folder, 'millrace.yaml')]
  const members = await makeMembers(engines, { folder, roles: ROLES, flags, first })
  const all = (of: (member: (typeof members)[number]) => string) => members.map(of).join('')
  const one = (role: 'ingest' | 'admin') => members.find((member) => member.has(role)) ?? assert.fail(role)
  try {
    await startMembers(members)
  } catch (error) {
    await Promise.all(members.map((member) => member.end('SIGKILL')))
    throw error
  }
  const errors = () => all((member) => member.errors())
  return {
    url: one('ingest').url,
    adminUrl: one('admin').adminUrl,
    out: () => all((member) => member.output()),
    err: errors,
    homes: members.map(({ home }) => home),
    isRunning: () => members.some((member) => member.isRunning()),
    async stop(): Promise<void> {
      const running = members.filter((member) => member.isRunning())
      const ends = await Promise.all(running.map((member) => member.end('SIGTERM')))
      for (const end of ends) assert.deepEqual(end, { code: 0, signal: null }, errors())
    },
    kill: () => Promise.all(members.map((member) => member.end('SIGKILL'))),
  }
}
