import type { Address, Position } from '../../core/event.ts'
import type { Fingerprint } from '../../core/identity.ts'

/** A thing to write. The log does not look into it. */
export type NewEntry = {
  /** What must stay in order together: a source and a person. The same key always lands in the same lane. */
  readonly key: string
  /** One JSON value. */
  readonly text: string
  /** Kept beside the entry, so that ingest can rebuild its de-duplication window without reading the entries. */
  readonly fingerprint?: Fingerprint
}

/** A chunk without its entries. */
export type ChunkHead = {
  readonly lane: number
  readonly chunk: number
  readonly count: number
  /** When the log took it, in milliseconds since 1970. */
  readonly at_ms: number
}

/** The log's record: entries of one lane that were committed together, as one JSON list. */
export type Chunk = ChunkHead & {
  /** `[entry,entry,…]` */
  readonly text: string
}

export type ReadLimits = {
  /** Chunks are read whole until this many entries are passed; at least one chunk is read. */
  readonly count_max: number
  readonly bytes_max: number
}

export type Rest = {
  readonly count: number
  readonly isEstimate: boolean
  /** When the first of it was written; undefined for nothing. */
  readonly oldest_ms: number | undefined
}

export type LogStats = {
  readonly bytes: number
  /** About: of many, some that are gone are among them. */
  readonly chunks: number
  /** When the oldest chunk was written; undefined for an empty log. */
  readonly oldest_ms: number | undefined
  /** Entries of chunks that did not match their checksum, and were set aside. */
  readonly damaged_count: number
}

export type TrimPolicy = {
  /** Chunks written before this may go… */
  readonly before_ms: number
  /** …and the oldest ones while the log is larger than this… */
  readonly bytes_max: number
  /** …but never one from this number on, for each lane: a reader still needs it. */
  readonly keepFrom: readonly number[]
}

/**
 * What readers of the log see. The log has a fixed number of lanes. Chunks are numbered rising over all lanes, in the order
 * in which they were committed (so with gaps inside a lane), and an entry's address (lane, chunk, index) never changes.
 */
export interface LogReader {
  readonly lanes: number
  /** A random number made with the log: what fingerprints are made with, so that nobody outside can foresee them. */
  readonly seed: number

  /**
   * Chunks of a lane from `from.chunk` on, oldest first; the first one may begin before `from.index`. Empty at the end.
   *
   * @throws {AppError} CHUNK_DAMAGED when a chunk does not match its checksum.
   */
  read(lane: number, from: Position, limits: ReadLimits): Promise<readonly Chunk[]>

  /** Chunks of all lanes with higher numbers than this one, in the order of their numbers. */
  after(chunk: number, limits: ReadLimits): Promise<readonly Chunk[]>

  /** The heads of the same, of at most so many chunks. */
  headsAfter(chunk: number, chunks_max: number): Promise<readonly ChunkHead[]>

  /** The newest chunks of all lanes, newest first; with `before`, only those with lower numbers. */
  newest(count_max: number, before?: number): Promise<readonly Chunk[]>

  /**
   * The number from which on chunks were written at or after a time; above all numbers when none was. Where the clock was
   * set back meanwhile it is near, not exact.
   */
  firstAt(at_ms: number): Promise<number>

  /** When the first entry of a lane from a place on was written; undefined when there is none. Quick, however many follow. */
  oldestFrom(lane: number, from: Position): Promise<number | undefined>

  /** What a lane holds from a place on. Counted as far as that is quick; what is further on is estimated. */
  restFrom(lane: number, from: Position): Promise<Rest>

  /**
   * The fingerprints of a lane since a time and before a chunk, oldest first: the newest of them at least, about `count_max`. Left out where
   * reading the texts is as quick.
   */
  lanePrints?(lane: number, range: PrintsRange): Promise<readonly LanePrints[]>

  /** Takes those of a stretch of a lane together, so that `lanePrints` has them quickly. Left out where that is not worth while. */
  keepPrints?(lane: number, prints: KeptPrints): Promise<void>

  /**
   * The number of the chunk that this share of all chunks, of all lanes, was written before; above all numbers when there is none. Counts
   * them one by one.
   */
  chunkBehind(share: number): Promise<number>

  /** The place after the newest entry of a lane: where a new reader starts. */
  end(lane: number): Promise<Position>

  /** Calls back after entries were added to a lane, once for each group of them. Returns how to stop it. */
  onAppend(listener: (lane: number) => void): () => void

  stats(): Promise<LogStats>

  close(): Promise<void>
}

/**
 * The durable log: the only thing that ingest and the readers share.
 *
 * Every implementation passes `log.conformance.ts`; a rule that is not tested there is not a rule.
 */
export interface EventLog extends LogReader {
  /**
   * Adds all the entries or none, and resolves once they would survive a crash of this machine, with their addresses
   * in the order given. Calls that come while a commit runs are committed together.
   *
   * @throws {AppError} LOG_UNAVAILABLE; nothing was added. Of a log on other machines that does not answer it is not known.
   */
  append(entries: readonly NewEntry[]): Promise<readonly Address[]>

  /**
   * The newest fingerprints since a time, oldest first, at most `count_max` of them and the rest of a chunk. They are read
   * while they are gone through, which is to be done at once.
   */
  fingerprints(since_ms: number, count_max: number): Promise<Iterable<FingerprintsOfChunk>>

  /**
   * Takes a chunk that does not match its checksum out of its lane, so that readers get on; it is kept for whoever can read
   * something in it. Returns how many entries that were: 0 for a chunk that is well, or is not there.
   */
  setAside(chunk: number): Promise<number>

  /**
   * Puts another text with as many entries in the place of a chunk's, so that no address moves. It survives a power cut
   * once this resolves. False when there is no such chunk.
   */
  rewrite(chunk: number, text: string): Promise<boolean>

  /** Empties the chunks that were set aside whose text `isWanted`. Returns how many. */
  clearDamaged(isWanted: (text: string) => boolean): Promise<number>

  /**
   * Makes sure that nothing of what was rewritten or trimmed is left in any file. False when somebody who reads an older
   * state keeps it from that: then it is to be tried again.
   */
  compact(): Promise<boolean>

  /** Removes what the policy lets go, in small steps. Returns how many chunks went. */
  trim(policy: TrimPolicy): Promise<number>
}

/** From a time on, up to a chunk that is not among it. */
export type PrintsRange = { readonly since_ms: number; readonly before: number; readonly count_max: number }

/** Of the chunks of a lane from one number to another, the latter not among it; `at_ms`: the newest's. */
export type KeptPrints = FingerprintsOfChunk & { readonly from: number; readonly to: number }

/** Of a chunk, or of several that were taken together before. */
export type LanePrints = KeptPrints & { readonly isKept: boolean }

/** The fingerprints of a chunk's entries: high and low halves in turn. */
export type FingerprintsOfChunk = { readonly at_ms: number; readonly halves: Uint32Array }
