import { type MsgHdrs, headers as newHeaders } from '@nats-io/transport-node'
import { besideIndex, SWEPT_HEADER } from './jetstream-beside-index.ts'
import { checkedChunk, chunkHeaders, type StoredHead } from './jetstream-head.ts'
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
  const index = besideIndex()
  const everything = `${wire.stream}.>`

  /** What other processes put here since. */
  async function catchUp(): Promise<void> {
    for (;;) {
      const message = await wire.next({ subject: everything, seq: index.upTo() + 1 })
      if (message === undefined) return
      index.note(message)
    }
  }
  /** The text of a head that this stream has; undefined when somebody removed it since. */
  async function text(head: StoredHead): Promise<Uint8Array | undefined> {
    const message = await wire.at(head.seq)
    if (message === undefined) index.forget(head)
    return message?.data
  }
  /** From where on originals may be left: the mark stands in the stream, for the next process. */
  async function markSwept(until: number): Promise<void> {
    const mark = newHeaders()
    mark.set(SWEPT_HEADER, String(until))
    mark.set('Nats-Rollup', 'sub')
    await publish(`${wire.stream}.swept`, NO_TEXT, mark)
    await catchUp()
  }

  for await (const message of wire.heads({ subject: everything, seq: 1 })) index.note(message)
  return {
    catchUp,
    text,
    replaced: index.replaced,
    heads: index.heads,
    damaged: index.damaged,
    async put(kind: 'instead' | 'damaged', head: StoredHead, given: Uint8Array): Promise<void> {
      const { lane, chunk, count, at_ms, prints } = head
      const made = chunkHeaders({ count, at_ms, text: given, prints })
      await publish(`${wire.stream}.${kind}.${lane}.${chunk}`, given, made)
      await catchUp()
    },
    async chunk(head: StoredHead): Promise<Chunk | undefined> {
      const data = await text(head)
      return data && checkedChunk(head, data)
    },
    async remove(head: StoredHead): Promise<void> {
      await wire.remove(head.seq)
      index.forget(head)
    },
    /**
     * Sees to it that nothing of what was replaced is left in either stream: also what a process had no time for that was
     * ended between writing the replacement and this.
     */
    async sweep(removeOriginal: (chunk: number) => Promise<unknown>): Promise<void> {
      await catchUp()
      const [swept, until] = [index.swept(), index.upTo()]
      const left = index.all().filter(({ seq }) => seq > swept && seq <= until)
      for (const { chunk } of left) await removeOriginal(chunk)
      for (const seq of index.outdated) {
        await wire.remove(seq)
        index.outdated.delete(seq)
      }
      if (left.length > 0) await markSwept(until)
    },
  }
}

export type Publish = (subject: string, text: Uint8Array, headers: MsgHdrs) => Promise<unknown>

const NO_TEXT = new Uint8Array()
