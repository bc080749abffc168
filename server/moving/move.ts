import { AppError } from '../../core/errors.ts'
import type { JetstreamLogOptions } from '../log/jetstream.ts'
import { jetstreamCopy, type LogCopy, lookForStreams, removeStreams } from '../log/jetstream-copy.ts'
import type { Postgres } from '../postgres/connect.ts'
import { type KeyRow, rowsFor } from '../secrets/data-keys.ts'
import type { KeySource } from '../secrets/master-key.ts'
import { type Compared, compare } from './compare.ts'
import { firstNeeded, marksOf } from './needed.ts'
import { openSource, type SourceFiles } from './source.ts'
import { ATTEMPTS, type MovedTable, type Row, STILL_TABLES, type TargetRow } from './tables.ts'
import { moveTarget, type Target, taken } from './target.ts'

/** So long after everything is there it is looked again, while the server still runs. */
const LOOK_AGAIN_MS = 500
/** Beside a chunk's text in its message, generously. */
const MESSAGE_ROOM_BYTES = 65_536

export type MoveOptions = {
  readonly dataFolder: string
  readonly postgres: Postgres
  readonly log: JetstreamLogOptions
  /** The key of the secrets, and the one that opens them at their new place. */
  readonly key: KeySource
  readonly newKey: KeySource
  /** The log from its first chunk on, or from the first that something still needs. */
  readonly from: 'all' | 'needed'
  /** `resume`: goes on with a move that was broken off; `anew`: throws away what that had brought. */
  readonly begin: 'new' | 'resume' | 'anew'
  readonly now_ms: () => number
  readonly sleep: (ms: number) => Promise<unknown>
  /** Takes the data folder for this process alone; undefined while a server has it. */
  readonly tryLock: () => { readonly close: () => void } | undefined
  readonly onProgress: (progress: Progress) => void
  /** All that there is so far is there: now the server may be stopped. Called once. */
  readonly onCaughtUp: () => void
  /** The server has been stopped. Resolves to what ends with the move. */
  readonly onStopped: () => Promise<() => Promise<void>>
  /** Marks the folder, so that no server delivers from it again. */
  readonly markMoved: () => void
}
/** Of the part that goes over just now; in its own unit. */
export type Progress = { readonly part: string; readonly done: number; readonly total: number }

/**
 * Copies configuration, people, history and log of a data folder into empty streams and an empty schema: what only grows while the server
 * still runs, the rest once it has been stopped, and compares at the end. Every step is resumable: docs/adr/0039-moving-up.md.
 *
 * @throws {AppError} MOVE_TARGET_TAKEN, MOVE_DIFFERS, LOG_ENGINE_UNFIT, LOG_UNAVAILABLE, POSTGRES_UNAVAILABLE, POSTGRES_UNSUITABLE,
 *   CONFIG_UNREADABLE, SECRET_KEY_MISSING, SECRET_KEY_WRONG
 */
export async function move(options: MoveOptions): Promise<readonly Compared[]> {
  const source = openSource(options.dataFolder)
  const target = moveTarget(options.postgres)
  try {
    const keys = keysFor(source, options)
    const { first_chunk, marks } = await begin(source, target, options)
    const { lanes, seed } = source.log.facts()
    const copy = await jetstreamCopy({ ...options.log, lanes, seed, first_chunk })
    try {
      const parts: Parts = { source, target, copy, options, first_chunk }
      refuseLarge(parts)
      const lock = await whileItRuns(parts)
      const ended = await options.onStopped()
      try {
        return await whileItStands(parts, marks, keys)
      } finally {
        await ended()
        lock.close()
      }
    } finally {
      await copy.close()
    }
  } finally {
    source.close()
    await target.close()
  }
}

export type Parts = {
  readonly source: SourceFiles
  readonly target: Target
  readonly copy: LogCopy
  readonly options: MoveOptions
  readonly first_chunk: number
}

function keysFor({ files }: SourceFiles, { key, newKey }: MoveOptions): readonly KeyRow[] {
  const sql = 'select id, master, sealed, made_at_ms from data_keys order by made_at_ms desc, id'
  return rowsFor(files.store.prepare(sql).all() as unknown as readonly KeyRow[], key, newKey)
}

async function begin(source: SourceFiles, target: Target, options: MoveOptions) {
  const { log, now_ms } = options
  const seed = String(source.log.facts().seed)
  if (options.begin === 'anew') await clear(target, log, seed)
  const found = await target.found()
  if (found !== undefined) {
    const problem = notOurs(found, seed)
    if (problem !== undefined) throw taken(problem)
    if (options.begin !== 'resume') throw taken(BEGUN)
    return found
  }
  const { problems, first_chunk } = await lookAhead(source, target, options)
  if (problems[0] !== undefined) throw taken(problems[0])
  const move = { log: seed, first_chunk, marks: marksOf(source) }
  await target.begin(move, now_ms())
  return move
}
const BEGUN = 'A move of this data folder was begun: --resume goes on with it, --anew begins once more.'

function notOurs(found: { readonly log: string; readonly isDone: boolean }, seed: string) {
  if (found.log !== seed) return 'What is there was moved from another data folder.'
  return found.isDone ? 'This data folder has been moved there, and the move has ended.' : undefined
}

export type Ahead = {
  /** What goes over, with its number of rows, or its size. */
  readonly parts: readonly { readonly what: string; readonly count: number; readonly bytes?: number }[]
  /** Why it would be refused. */
  readonly problems: readonly string[]
}

/** What a move would do; nothing is made anywhere. @throws as `move` */
export async function whatWouldMove(options: MoveOptions): Promise<Ahead> {
  const source = openSource(options.dataFolder)
  const target = moveTarget(options.postgres)
  try {
    keysFor(source, options)
    const found = await target.found()
    const seed = String(source.log.facts().seed)
    if (found === undefined) return await lookAhead(source, target, options)
    return { ...(await lookAhead(source, target, options)), problems: [notOurs(found, seed) ?? BEGUN] }
  } finally {
    source.close()
    await target.close()
  }
}

async function lookAhead(
  source: SourceFiles,
  target: Target,
  { log, from }: MoveOptions,
): Promise<Ahead & { readonly first_chunk: number }> {
  const used = await target.firstUsed()
  const { areThere, text_bytes_max } = await lookForStreams(log)
  const first_chunk = from === 'all' ? firstOf(source) : firstNeeded(source)
  const { entries, bytes, largest_bytes } = source.log.sizes(first_chunk)
  const problems = [
    used === undefined ? [] : [`The table ${used} has rows: name another schema, "?schema=…".`],
    areThere ? ['The log’s streams are there: remove them, or use other servers.'] : [],
    largest_bytes > text_bytes_max ? [tooLarge(largest_bytes)] : [],
  ].flat()
  const tables = [ATTEMPTS, ...STILL_TABLES]
  const parts = [
    { what: 'events in the log', count: entries, bytes },
    ...tables.map((table) => ({ what: table.name.replaceAll('_', ' '), count: source.count(table) })),
  ]
  return { parts, problems, first_chunk }
}

function firstOf({ log }: SourceFiles): number {
  const { first, next } = log.facts()
  return first ?? next
}

async function clear(target: Target, log: JetstreamLogOptions, seed: string): Promise<void> {
  const found = await target.found()
  if (found === undefined) return
  if (found.log !== seed || found.isDone)
    throw taken('What is there is not a move of this data folder that was broken off.')
  // The streams first: a schema that knows of the move is what allows to remove them.
  await removeStreams(log)
  await target.clear()
}

/** A chunk is one message: what the servers do not take would be found out late. */
function refuseLarge({ source, copy, first_chunk }: Parts): void {
  const { largest_bytes } = source.log.sizes(first_chunk)
  if (largest_bytes <= copy.text_bytes_max) return
  throw new AppError('LOG_ENGINE_UNFIT', { problems: [{ at: [], problem: tooLarge(largest_bytes) }] })
}
function tooLarge(bytes: number): string {
  return `max_payload of the NATS servers must be ${bytes + MESSAGE_ROOM_BYTES} or more: the largest chunk of the log has ${bytes} bytes.`
}

/** What only grows, again and again, until nobody else has the folder. */
async function whileItRuns(parts: Parts): Promise<{ readonly close: () => void }> {
  const { tryLock, sleep, onCaughtUp } = parts.options
  let isCaughtUp = false
  for (;;) {
    const lock = tryLock()
    if (lock !== undefined) return lock
    await copyGrowing(parts)
    if (!isCaughtUp) onCaughtUp()
    isCaughtUp = true
    await sleep(LOOK_AGAIN_MS)
  }
}

async function whileItStands(
  parts: Parts,
  marks: string,
  keys: readonly KeyRow[],
): Promise<readonly Compared[]> {
  const { source, target, copy, options, first_chunk } = parts
  if (marksOf(source) !== marks)
    throw differs(
      'A person was deleted, or a chunk set aside, since the move began: --anew begins once more.',
    )
  await copyGrowing(parts)
  await copy.finish(Math.max(source.log.facts().next, first_chunk), source.firsts(first_chunk))
  await target.trimAttempts(oldestAttempt(source))
  await target.standOn(source.state())
  await target.setKeys(keys as unknown as readonly TargetRow[])
  for (const table of STILL_TABLES) await copyTable(parts, table)
  for (const table of [ATTEMPTS, ...STILL_TABLES])
    if (table.sequence !== undefined) await target.setSequence(table, source.newestId(table))
  const compared = await compare(parts)
  const wrong = compared.filter(({ isEqual }) => !isEqual)
  if (wrong.length > 0) {
    const said = wrong.map(({ what, there, here }) => `${what}: ${there} in place of ${here}`)
    throw differs(`${said.join('; ')}. Nothing was switched over: the data folder is as it was.`)
  }
  // In this order: a crash between the two leaves neither of them able to deliver, and --resume ends it.
  options.markMoved()
  await target.finish()
  return compared
}

function differs(problem: string): AppError {
  return new AppError('MOVE_DIFFERS', { problem })
}

function oldestAttempt({ files }: SourceFiles) {
  const sql = 'select started_at_ms, id from attempts order by started_at_ms, id limit 1'
  return files.ledger.prepare(sql).get() as { started_at_ms: number; id: number } | undefined
}

async function copyGrowing(parts: Parts): Promise<void> {
  const { source, copy, options, first_chunk } = parts
  let at = await copy.next()
  const { bytes: total } = source.log.sizes(Math.max(at, first_chunk))
  for (let done = 0; ; ) {
    const chunks = source.chunks(at)
    const last = chunks.at(-1)
    if (last === undefined) break
    await copy.add(chunks)
    at = last.chunk + 1
    done += chunks.reduce((sum, { text }) => sum + text.length, 0)
    options.onProgress({ part: 'log', done, total })
  }
  await copyTable(parts, ATTEMPTS)
}

async function copyTable({ source, target, options }: Parts, table: MovedTable): Promise<void> {
  const { key, name, toRow = asItIs } = table
  let before = await target.after(table)
  let sums: { done: number; readonly total: number } | undefined
  for (;;) {
    const rows = source.rows(table, before)
    const last = rows.at(-1)
    if (last === undefined) return
    sums ??= { done: await target.count(table), total: source.count(table) }
    const after = key.map((column) => last[column] as string | number)
    await target.add(table, rows.map(toRow), { before, after })
    before = after
    sums.done += rows.length
    options.onProgress({ part: name, done: sums.done, total: Math.max(sums.total, sums.done) })
  }
}

export function asItIs(row: Row): TargetRow {
  return row
}
