import type { Address, Envelope } from '../../core/event.ts'
import { fingerprint } from '../../core/identity.ts'
import type { DeletionCounts } from '../../core/persons/deletion.ts'
import { personFinder } from '../../core/persons/finder.ts'
import { derivedIds, mayName, naming, type PersonIds, tombstone } from '../../core/persons/person.ts'
import { chunkText, entryText, readEnvelopes } from '../log/envelope.ts'
import type { Chunk } from '../log/log.ts'
import { allChunks, type PassDeps } from './log-pass.ts'

export type ErasedInLog = {
  readonly addresses: readonly Address[]
  readonly found: Pick<DeletionCounts, 'events' | 'refused' | 'duplicates'>
}

/**
 * Puts tombstones in the place of everything in the log that is of the person: their events, calls of theirs that were
 * refused, and duplicates of their events. Done again after a crash, it finds what it had erased by its own tombstones, so
 * that the rest of the deletion knows every address.
 */
export async function eraseInLog(deps: PassDeps, deletion: number, ids: PersonIds): Promise<ErasedInLog> {
  const { log } = deps
  const names = naming(ids, derivedIds(ids))
  const may = mayName(ids)
  const finder = personFinder(ids, false)
  const messages = new Set<string>()
  const addresses: Address[] = []
  const found = { events: 0, refused: 0, duplicates: 0 }
  const own = `"deletion":${deletion}`

  function isWorthParsing({ text }: Chunk): boolean {
    return may(text) || text.includes(own) || (messages.size > 0 && text.includes('"kind":"duplicate"'))
  }
  const messageOf = (sourceId: string, messageId: string) =>
    fingerprint(`${sourceId}\n${messageId}`, log.seed)

  /** The entry as it stays; undefined for one that is not of the person. */
  function erased(entry: Envelope): string | undefined {
    switch (entry.kind) {
      case 'event': {
        if (!finder.isOf(entry.event)) return undefined
        const print = messageOf(entry.sourceId, entry.event.messageId)
        messages.add(key(print.high, print.low))
        return entryText(tombstone(entry, deletion, print))
      }
      case 'refused':
        return names(entry.refusal.text) ? entryText(tombstone(entry, deletion)) : undefined
      case 'duplicate': {
        const print = messageOf(entry.sourceId, entry.messageId)
        return messages.has(key(print.high, print.low)) ? entryText(tombstone(entry, deletion)) : undefined
      }
      case 'erased':
        return undefined
    }
  }

  for await (const chunk of allChunks(deps)) {
    if (!isWorthParsing(chunk)) continue
    let hasChanged = false
    const texts = readEnvelopes(chunk).map((entry) => {
      const { address, ...stored } = entry
      const text = erased(entry)
      const isOwn = entry.kind === 'erased' && entry.deletion === deletion
      if (isOwn && entry.fingerprint !== undefined) messages.add(key(...entry.fingerprint))
      if (text === undefined && !isOwn) return entryText(stored)
      addresses.push(address)
      const was = entry.kind === 'erased' ? entry.was : entry.kind
      found[COUNTED[was]] += 1
      hasChanged ||= text !== undefined
      return text ?? entryText(stored)
    })
    if (hasChanged) await log.rewrite(chunk.chunk, chunkText(texts))
  }
  await log.clearDamaged((text) => may(text))
  return { addresses, found }
}

const COUNTED = { event: 'events', refused: 'refused', duplicate: 'duplicates' } as const

function key(high: number, low: number): string {
  return `${high}.${low}`
}
