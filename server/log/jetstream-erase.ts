import type { Beside } from './jetstream-beside.ts'
import type { ChunkReads } from './jetstream-chunks.ts'
import { type StoredHead, type StoredMessage, textMatches } from './jetstream-head.ts'
import type { StreamWire } from './jetstream-wire.ts'
import type { EventLog } from './log.ts'

/**
 * What takes something out of chunks that stay where they are. A message that is removed alone is overwritten in the streams' files. In
 * the log by which the servers agree it stands until they cut that, which they do every two to three minutes.
 */
export function jetstreamErase(
  wire: StreamWire,
  beside: Beside,
  chunks: ChunkReads,
): Pick<EventLog, 'setAside' | 'rewrite' | 'clearDamaged' | 'compact'> {
  /** A chunk as it is now. */
  async function find(chunk: number): Promise<{ head: StoredHead; data: Uint8Array } | undefined> {
    await beside.catchUp()
    const replaced = beside.replaced(chunk)
    const data = replaced && (await beside.text(replaced))
    if (replaced !== undefined && data !== undefined) return { head: replaced, data }
    const message: StoredMessage | undefined = await wire.at(chunk)
    return message && { head: chunks.head(message), data: message.data }
  }
  return {
    async setAside(chunk) {
      const found = await find(chunk)
      if (found === undefined || textMatches(found.head, found.data)) return 0
      await beside.put('damaged', found.head, found.data)
      const replaced = beside.replaced(chunk)
      if (replaced !== undefined) await beside.remove(replaced)
      await wire.remove(chunk)
      return found.head.count
    },
    async rewrite(chunk, text) {
      const found = await find(chunk)
      if (found === undefined) return false
      await beside.put('instead', found.head, Buffer.from(text))
      await wire.remove(chunk)
      return true
    },
    async clearDamaged(isWanted) {
      await beside.catchUp()
      let cleared = 0
      for (const head of beside.damaged()) {
        const text = Buffer.from((await beside.text(head)) ?? '').toString()
        if (text === '' || !isWanted(text)) continue
        await beside.put('damaged', head, new Uint8Array())
        cleared += 1
      }
      return cleared
    },
    async compact() {
      await beside.sweep(wire.remove)
      return true
    },
  }
}
