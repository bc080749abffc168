import { setTimeout as wait } from 'node:timers/promises'
import { type MsgHdrs, headers as newHeaders } from '@nats-io/transport-node'
import { besideIndex, SWEPT_HEADER } from './jetstream-beside-index.ts'
import { checkedChunk, chunkHeaders, type StoredHead } from './jetstream-head.ts'
import type { StreamWire } from './jetstream-wire.ts'
import type { Chunk } from './log.ts'

export type Beside = Awaited<ReturnType<typeof openBeside>>

/**
 * What a reader knows of replacements may be so old: a stream whose server has died has no leader to be asked for 4 to 9 s, and reading
 * goes on meanwhile.
 */
const KNOWN_MS_MAX = 12_000
/** Not asked more often, while what is known is young enough. */
const ASK_EVERY_MS = 1_000
/** Over the differences of machines' clocks: no time of one is compared with one of another, only how fast they go. */
const MARGIN_MS = 500

/**
 * The second stream: chunks whose text was replaced, as a message of a stream cannot be changed, and chunks that were set
 * aside. Readers put the first kind where the chunk stood.
 *
 * What was replaced is known to every process before its chunk is gone from the first stream: the replacement is written first, the
 * chunk goes when no reader may know less (`sweep`), and a reader looks how old its knowledge is (`known`) after it has read.
 *
 * @param known_ms_max How old a reader's knowledge may be; the same for every process.
 */
export async function openBeside(wire: StreamWire, publish: Publish, known_ms_max = KNOWN_MS_MAX) {
  const index = besideIndex()
  const everything = `${wire.stream}.>`

  /** What other processes put here since. Resolves with when it was asked last whether there is more. */
  async function catchUp(): Promise<number> {
    for (;;) {
      const asked_ms = performance.now()
      const message = await wire.next({ subject: everything, seq: index.upTo() + 1 })
      if (message === undefined) return asked_ms
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
  const known = youngKnowledge(catchUp, await catchUp(), known_ms_max)
  return {
    catchUp,
    known,
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
     * Sees to it that nothing of what was replaced is left in either stream, and that no reader gives it any more; whichever process
     * has replaced it.
     */
    async sweep(removeOriginal: (chunk: number) => Promise<unknown>): Promise<void> {
      await catchUp()
      const [swept, until] = [index.swept(), index.upTo()]
      const left = index.all().filter(({ seq }) => seq > swept && seq <= until)
      // By then every reader knows of them.
      if (left.length > 0) await wait(known_ms_max + MARGIN_MS)
      for (const { chunk } of left) await removeOriginal(chunk)
      for (const seq of index.outdated) {
        await wire.remove(seq)
        index.outdated.delete(seq)
      }
      if (left.length > 0) await markSwept(until)
    },
  }
}

/**
 * What resolves when what is known is young enough for what was read before; mostly at once.
 *
 * @param ask Resolves with the time of which its answer is: what was put here before that is known then.
 */
function youngKnowledge(
  ask: () => Promise<number>,
  first_ms: number,
  age_ms_max: number,
): () => Promise<void> {
  let of_ms = first_ms
  let asking: Promise<void> | undefined
  const age_ms = () => performance.now() - of_ms
  function askOnce(): Promise<void> {
    asking ??= ask()
      .then((asked_ms) => {
        of_ms = Math.max(of_ms, asked_ms)
      })
      .finally(() => {
        asking = undefined
      })
    return asking
  }
  return async () => {
    if (age_ms() > ASK_EVERY_MS) askOnce().catch(() => {})
    while (age_ms() >= age_ms_max) await askOnce()
  }
}

export type Publish = (subject: string, text: Uint8Array, headers: MsgHdrs) => Promise<unknown>

const NO_TEXT = new Uint8Array()
