import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findNats, NO_NATS } from '../nats-binary.ts'
import { POSTGRES_MISSING } from '../postgres.ts'
import { SHORT_FAULTS } from './faults.ts'
import { clusterOracle } from './oracle.ts'

const ROUNDS = 2
const EVENTS = 5_000
const EVENTS_PER_SECOND = 500
const SEED = 7

const nats = findNats()

test('a cluster loses and doubles nothing, and keeps the order, whatever of it is killed', {
  skip: nats === undefined ? NO_NATS : POSTGRES_MISSING,
}, async (t) => {
  if (nats === undefined) return
  const problems = await clusterOracle({
    ...{ nats, rounds: ROUNDS, events: EVENTS, eventsPerSecond: EVENTS_PER_SECOND, seed: SEED },
    ...{ faults: SHORT_FAULTS, isTroubled: false, say: (line) => t.diagnostic(line) },
  })
  assert.deepEqual(problems, [])
})
