import { AppError } from '../../core/errors.ts'
import { type Deletion, type DeletionCounts, NO_COUNTS, type Told } from '../../core/persons/deletion.ts'
import {
  derivedIds,
  type IdKind,
  idsOfAsked,
  keyOfAsked,
  maskedId,
  type PersonAsked,
  type PersonIds,
} from '../../core/persons/person.ts'
import type { ErasedRows, Erasure } from '../ledger/erase.ts'
import type { EventLog } from '../log/log.ts'
import type { Store } from '../store/store.ts'
import { eraseInLog } from './erase-log.ts'
import type { PersonHash } from './hash.ts'
import { findInLog, type PassDeps, type Place } from './log-pass.ts'
import type { Suppression } from './suppression.ts'
import { isOver, isTold, untold } from './tell.ts'

const RETRY_AFTER_MS = 5_000
/** How often it is looked whether a destination is to be asked again. */
const LOOK_EVERY_MS = 1_000
/** How far it is, is stored so often: after a crash a stage is begun again, so it is only for whoever looks. */
const PLACE_EVERY_MS = 1_000

export type DeletionDeps = {
  readonly log: EventLog
  readonly store: Store
  readonly hash: PersonHash
  readonly suppression: Suppression
  /** Takes the person out of everything that the readers keep; they hold still for it. */
  readonly erase: (person: Erasure) => Promise<ErasedRows>
  /** The next step of the deletion at a destination. */
  readonly tell: (ids: PersonIds | undefined, told: Told) => Promise<Told>
  /** What else shows texts about events, such as alerts, forgets them. */
  readonly forgetTexts: () => Promise<void>
  readonly now_ms: () => number
  /** False when the signal fired meanwhile. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<boolean>
  readonly onTrouble: (error: unknown) => void
  /** Where several processes could do it: whether this one does, and what empties what each keeps of its own. Left out: it is alone. */
  readonly others?: { readonly leads: () => boolean; readonly forget: () => Promise<void> }
}
export type NewDeletionAsked = {
  readonly person: PersonAsked
  readonly suppress: boolean
  readonly destinations: readonly string[]
  readonly by: string
}
export type Deletions = ReturnType<typeof deletions>

/** Deletes people, one after the other, and goes on after a restart where it was. */
export function deletions(deps: DeletionDeps) {
  const { store, now_ms, wait, onTrouble } = deps
  const stopping = new AbortController()
  let wake = new AbortController()

  async function work(): Promise<void> {
    while (!stopping.signal.aborted) {
      wake = new AbortController()
      const again_ms = await look().catch((error) => {
        onTrouble(error)
        return RETRY_AFTER_MS
      })
      await wait(again_ms, AbortSignal.any([stopping.signal, wake.signal]))
    }
  }

  /** When to look again. */
  async function look(): Promise<number> {
    const running = await store.runningDeletions()
    if (deps.others !== undefined) await follow(deps.others.forget)
    if (deps.others?.leads() !== false) for (const deletion of running) await step(deletion)
    return deps.others === undefined && running.length === 0 ? IDLE_MS : LOOK_EVERY_MS
  }

  /** Another process deletes: once the log has nothing of somebody any more, what is derived from it here is made anew. */
  let followed = 0
  async function follow(forget: () => Promise<void>): Promise<void> {
    const erased = (await store.deletions({ count_max: FOLLOWED_MAX })).filter(isErased)
    const newest = Math.max(0, ...erased.map(({ id }) => id))
    if (newest > followed) await forget()
    followed = Math.max(followed, newest)
  }

  async function step(deletion: Deletion): Promise<void> {
    try {
      await run(deps, deletion, stopping.signal)
    } catch (error) {
      if (stopping.signal.aborted) return
      await failed(deps, deletion.id, error)
      if (!(error instanceof AppError && error.code === 'PERSON_UNCLEAR')) onTrouble(error)
      await wait(RETRY_AFTER_MS, stopping.signal)
    }
  }

  let ended: Promise<void> = Promise.resolve()
  return {
    start(): void {
      ended = work()
    },
    async begin({ person, suppress, destinations, by }: NewDeletionAsked): Promise<Deletion> {
      const at_ms = now_ms()
      const [kind, id] = keyOfAsked(person)
      // At once: what comes while it runs would be left.
      if (suppress) await deps.suppression.add([[kind, id]], { by, at_ms })
      const deletion = await store.addDeletion({
        ...{ at_ms, by, suppress, state: 'running', stage: 'finding' },
        person: { kind, hash: deps.hash(kind, id), masked: maskedId(id) },
        ...{ ids: idsOfAsked(person), idCount: 1, place: { chunk: 0, last: 0 }, found: NO_COUNTS },
        told: destinations.map((destination) => untold(destination, at_ms)),
      })
      wake.abort()
      return deletion
    },
    async stop(): Promise<void> {
      stopping.abort()
      await ended
    },
  }
}
const IDLE_MS = 2 ** 31 - 1
/** More do not end between two looks. */
const FOLLOWED_MAX = 50
const isErased = ({ stage }: Deletion): boolean => stage !== 'finding' && stage !== 'log'

async function failed({ store, now_ms }: DeletionDeps, id: number, error: unknown): Promise<void> {
  const deletion = await store.deletion(id)
  if (deletion === undefined) return
  const problem =
    error instanceof AppError ? `${error.code}: ${error.explanation}` : 'It failed, and is tried again.'
  if (!(error instanceof AppError && error.code === 'PERSON_UNCLEAR')) {
    await store.saveDeletion({ ...deletion, problem })
    return
  }
  const { ids: _, ...rest } = deletion
  await store.saveDeletion({ ...rest, state: 'failed', problem, endedAt_ms: now_ms() })
  await store.compact()
}

/** Runs it until it has nothing more to do now. Each stage can be done again. */
async function run(deps: DeletionDeps, begun: Deletion, stop: AbortSignal): Promise<void> {
  const { log, store } = deps
  let deletion = begun
  let saved_ms = deps.now_ms()

  async function save(changes: Partial<Deletion>): Promise<void> {
    const { problem: _, ...rest } = deletion
    deletion = { ...rest, ...changes }
    await store.saveDeletion(deletion)
  }
  const pass: PassDeps = {
    log,
    async breathe() {
      // The main thread takes events meanwhile: half of its time is theirs at least.
      if (!(await deps.wait(BREATHE_MS, stop))) throw new Error('stopped')
    },
    async onPlace(place: Place) {
      if (deps.now_ms() - saved_ms < PLACE_EVERY_MS) return
      saved_ms = deps.now_ms()
      await save({ place })
    },
  }

  if (deletion.stage === 'finding') {
    const { ids } = await findInLog(pass, idsOf(deletion))
    const keys = keysOf(ids)
    if (deletion.suppress) await deps.suppression.add(keys, { by: deletion.by, at_ms: deletion.at_ms })
    await save({ stage: 'log', ids, idCount: keys.length, place: NOWHERE })
  }
  if (deletion.stage === 'log' || deletion.stage === 'history') {
    const ids = idsOf(deletion)
    const { addresses, found } = await eraseInLog(pass, deletion.id, ids)
    await save({ stage: 'history', found: { ...deletion.found, ...found } })
    const rows = await deps.erase({ ids, derived: derivedIds(ids), addresses })
    await deps.forgetTexts()
    await save({ stage: 'compacting', found: added(deletion.found, rows) })
  }
  if (deletion.stage === 'compacting') {
    if (!(await log.compact())) throw new AppError('LOG_UNAVAILABLE')
    await save({ stage: 'telling' })
  }
  await tellAll(deps, deletion, save)
  const { ids, ...rest } = deletion
  if (ids !== undefined && deletion.told.every(isTold)) {
    deletion = rest
    await save({})
    await store.compact()
  }
  if (!deletion.told.every(isOver)) return
  if (!(await store.compact())) throw new AppError('LOG_UNAVAILABLE')
  await save({ state: 'done', endedAt_ms: deps.now_ms() })
}

const NOWHERE: Place = { chunk: 0, last: 0 }
const BREATHE_MS = 2

async function tellAll(
  { tell, now_ms }: DeletionDeps,
  { told, ids }: Deletion,
  save: (changes: Partial<Deletion>) => Promise<void>,
): Promise<void> {
  for (const [index, one] of told.entries()) {
    if (isOver(one) || one.due_ms > now_ms()) continue
    const next = await tell(ids, one)
    told = told.with(index, next)
    await save({ told })
  }
}

function idsOf({ ids }: Deletion): PersonIds {
  if (ids === undefined) throw new Error('a deletion has lost whom it is about')
  return ids
}

function keysOf({
  userIds,
  anonymousIds,
  emails,
  former = [],
}: PersonIds): readonly (readonly [IdKind, string])[] {
  return [
    ...[...new Set([...userIds, ...former])].map((id) => ['userId', id] as const),
    ...anonymousIds.map((id) => ['anonymousId', id] as const),
    ...emails.map((id) => ['email', id] as const),
  ]
}

/** What is done a second time, after a crash, finds only what the first time had left. */
function added(found: DeletionCounts, rows: ErasedRows): DeletionCounts {
  const { attempts, deadLetters, parked, refusals, remembered } = found
  return {
    ...found,
    attempts: attempts + rows.attempts,
    deadLetters: deadLetters + rows.deadLetters,
    parked: parked + rows.parked,
    refusals: refusals + rows.refusals,
    remembered: remembered + rows.remembered,
  }
}
