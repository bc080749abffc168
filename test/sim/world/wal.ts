import { closeSync, openSync, readSync } from 'node:fs'

/** https://www.sqlite.org/fileformat2.html#the_write_ahead_log: the file's header, and that of each frame. */
const HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24
/** https://www.sqlite.org/walformat.html#the_wal_index_file_format: what is read of the wal-index. */
const INDEX_BYTES = 136
const [PAGE_SIZE_AT, FRAMES_AT, SALT_AT, COPIED_AT] = [14, 16, 32, 96]
/** `pragma synchronous`: 2 is full, 1 is normal, 0 is off. https://www.sqlite.org/pragma.html#pragma_synchronous */
const [NORMAL, FULL] = [1, 2]

type State = { readonly frames: number; readonly salt: number; readonly copied: number }

/**
 * How much of a write-ahead file is on the disk for certain. SQLite forces it there with each commit when
 * `synchronous` is full; when it is normal, only before a checkpoint copies it into the main file, which is forced
 * too. When it is off, never.
 */
export function walWatch(path: () => string, synchronous: () => number) {
  const index = Buffer.alloc(INDEX_BYTES)
  let file: number | undefined
  let page_bytes = 4_096
  let level: number | undefined
  let last: State = { frames: 0, salt: 0, copied: 0 }
  let synced = 0

  /** Undefined before the file is opened. */
  function read(): State | undefined {
    try {
      file ??= openSync(`${path()}-shm`, 'r')
    } catch {
      return undefined
    }
    readSync(file, index, 0, INDEX_BYTES, 0)
    page_bytes = index.readUInt16LE(PAGE_SIZE_AT) || page_bytes
    return {
      frames: index.readUInt32LE(FRAMES_AT),
      salt: index.readUInt32LE(SALT_AT),
      copied: index.readUInt32LE(COPIED_AT),
    }
  }

  const isCheckpointed = (now: State) => now.copied > (now.salt === last.salt ? last.copied : 0)

  function observe(): void {
    const now = read()
    if (now === undefined) return
    level ??= synchronous()
    if (level >= FULL || (level >= NORMAL && isCheckpointed(now))) synced = now.frames
    else if (now.salt !== last.salt) synced = 0
    last = now
  }

  return {
    /** To be called after each thing that may have written. */
    observe,
    /** What a restart found on the disk is there. */
    opened(isAllOnDisk: boolean): void {
      level = synchronous()
      last = read() ?? last
      if (isAllOnDisk || synced > last.frames) synced = last.frames
      // A wal-index that was made anew says what was copied since.
      else if (level >= NORMAL) synced = Math.max(synced, last.copied)
    },
    /**
     * The bytes of the write-ahead file between which a power cut may fall. `isTorn`: it falls into what was written
     * since the last observation, of which nothing was forced yet.
     */
    cut(isTorn: boolean): { readonly from_bytes: number; readonly to_bytes: number } {
      const now = read()
      if (now === undefined) return { from_bytes: 0, to_bytes: 0 }
      if (!isTorn || isCheckpointed(now)) observe()
      else if (now.salt !== last.salt) synced = 0
      const bytes = (frames: number) =>
        frames === 0 ? 0 : HEADER_BYTES + frames * (FRAME_HEADER_BYTES + page_bytes)
      return { from_bytes: bytes(synced), to_bytes: bytes(now.frames) }
    },
    /** The process is gone, and its wal-index with it. */
    closed(): void {
      if (file !== undefined) closeSync(file)
      file = undefined
    },
  }
}
export type WalWatch = ReturnType<typeof walWatch>
