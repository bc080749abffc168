import { type MsgHdrs, headers as newHeaders } from '@nats-io/transport-node'
import { checkedChunk, chunkHeaders, headOf, type StoredHead, type StoredMessage } from './jetstream-head.ts'
import type { StreamWire } from './jetstream-wire.ts'
import type { Chunk } from './log.ts'

export type Beside = Awaited<ReturnType<typeof openBeside>>

/**
 * The second stream: chunks whose text was replaced, as a message of a stream cannot be changed, and chunks that were set
 * aside. Readers put the first kind where the chunk stood.
 *
 * What was replaced is known to every process before its chunk is gone from the first stream: the replacement is written
 * first, and a reader asks for new replacements (`catchUp`) after it has read.
 */
export async function openBeside(wire: StreamWire, publish: Publish) {
  const instead = new Map<number, StoredHead>()
  const damaged = new Map<number, StoredHead>()
  /** Older texts of what was replaced or emptied again: numbers of this stream, to be overwritten. */
  const outdated = new Set<number>()
  const everything = `${wire.stream}.>`
  let upTo = 0
  let swept = 0
  let ordered: readonly StoredHead[] | undefined

  function note(message: StoredMessage): void {
    upTo = Math.max(upTo, message.seq)
    const [, kind, lane, chunk] = message.subject.split('.')
    if (kind === 'swept') swept = Math.max(swept, Number(message.headers.get(SWEPT_HEADER)))
    if (kind !== 'instead' && kind !== 'damaged') return
    const known = kind === 'instead' ? instead : damaged
    const head = headOf(message, Number(lane), Number(chunk))
    const before = known.get(head.chunk)
    if (before !== undefined && before.seq < head.seq) outdated.add(before.seq)
    known.set(head.chunk, head)
    ordered = undefined
  }
  /** What other processes put here since. */
  async function catchUp(): Promise<void> {
    for (;;) {
      const message = await wire.next({ subject: everything, seq: upTo + 1 })
      if (message === undefined) return
      note(message)
    }
  }
  async function put(kind: 'instead' | 'damaged', head: StoredHead, text: Uint8Array): Promise<void> {
    const { lane, chunk, count, at_ms, prints } = head
    const made = chunkHeaders({ count, at_ms, text, prints })
    await publish(`${wire.stream}.${kind}.${lane}.${chunk}`, text, made)
    await catchUp()
  }
  function forget({ chunk, seq }: StoredHead): void {
    if (instead.get(chunk)?.seq === seq) instead.delete(chunk)
    ordered = undefined
  }

  for await (const message of wire.heads({ subject: everything, seq: 1 })) note(message)
  return {
    catchUp,
    put,
    replaced: (chunk: number) => instead.get(chunk),
    /** Replaced chunks, of one lane or of all, by number. */
    heads(lane: number | undefined, from: number, below: number): readonly StoredHead[] {
      ordered ??= [...instead.values()].sort((a, b) => a.chunk - b.chunk)
      return ordered.filter((head) => {
        return (lane === undefined || head.lane === lane) && head.chunk >= from && head.chunk < below
      })
    },
    damaged: () => [...damaged.values()],
    /** The text of a head that this stream has; undefined when somebody removed it since. */
    async text(head: StoredHead): Promise<Uint8Array | undefined> {
      const message = await wire.at(head.seq)
      if (message === undefined) forget(head)
      return message?.data
    },
    async chunk(head: StoredHead): Promise<Chunk | undefined> {
      const message = await wire.at(head.seq)
      if (message === undefined) forget(head)
      return message === undefined ? undefined : checkedChunk(head, message.data)
    },
    async remove(head: StoredHead): Promise<void> {
      await wire.remove(head.seq)
      forget(head)
    },
    /**
     * Sees to it that nothing of what was replaced is left in either stream: also what a process had no time for that was
     * ended between writing the replacement and this.
     */
    async sweep(removeOriginal: (chunk: number) => Promise<unknown>): Promise<void> {
      await catchUp()
      const until = upTo
      for (const { seq, chunk } of [...instead.values(), ...damaged.values()]) {
        if (seq > swept && seq <= until) await removeOriginal(chunk)
      }
      for (const seq of outdated) {
        await wire.remove(seq)
        outdated.delete(seq)
      }
      if (until === swept) return
      const mark = newHeaders()
      mark.set(SWEPT_HEADER, String(until))
      mark.set('Nats-Rollup', 'sub')
      await publish(`${wire.stream}.swept`, NO_TEXT, mark)
      await catchUp()
      // The mark has a number too, and nothing to remove.
      swept = upTo
    },
  }
}

export type Publish = (subject: string, text: Uint8Array, headers: MsgHdrs) => Promise<unknown>

const SWEPT_HEADER = 'Millrace-Swept'
const NO_TEXT = new Uint8Array()
