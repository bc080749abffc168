import type { Entry } from '../../core/event.ts'
import { nameOf } from '../../core/event-name.ts'
import { fingerprint } from '../../core/identity.ts'

/** What an entry can be found by. `kind` is that of what is no event; `name` is that of a track call, a page or a screen; `person` a userId or an anonymousId. */
export const KEY_KINDS = ['messageId', 'person', 'name', 'type', 'source', 'kind'] as const
export type KeyKind = (typeof KEY_KINDS)[number]
export type Key = { readonly kind: KeyKind; readonly value: string }

/** So that a person called "track" is something else than a type. */
const KIND_SEEDS: Readonly<Record<KeyKind, number>> = {
  messageId: 0x1d872b41,
  person: 0x4cf5ad43,
  name: 0x2127599b,
  type: 0x6c62272e,
  source: 0x7feb352d,
  kind: 0x3c6ef372,
}

export function keyHash({ kind, value }: Key, seed: number): number {
  return hashOf(kind, value, seed)
}

export function hashOf(kind: KeyKind, value: string, seed: number): number {
  return fingerprint(value, seed ^ KIND_SEEDS[kind]).high
}

export function messageIdOf(entry: Entry): string | undefined {
  switch (entry.kind) {
    case 'event':
      return entry.event.messageId
    case 'duplicate':
      return entry.messageId
    case 'refused':
      return entry.refusal.messageId
    case 'erased':
      return undefined
  }
}

/** Tells the hashes of what entries of a chunk can be found by. What many of them share may be told more than once. */
export function keyTeller(seed: number, tell: (hash: number) => void) {
  // Few values that come again and again: hashed once.
  const frequent: Record<'name' | 'type' | 'source' | 'kind', Map<string, number>> = {
    name: new Map(),
    type: new Map(),
    source: new Map(),
    kind: new Map(),
  }
  let told = new Set<number>()

  function tellFrequent(kind: keyof typeof frequent, value: string): void {
    let hash = frequent[kind].get(value)
    if (hash === undefined) {
      if (frequent[kind].size >= FREQUENT_MAX) frequent[kind].clear()
      hash = hashOf(kind, value, seed)
      frequent[kind].set(value, hash)
    }
    if (told.has(hash)) return
    told.add(hash)
    tell(hash)
  }

  return {
    nextChunk(): void {
      if (told.size > 0) told = new Set()
    },
    /** Returns the hash of its messageId, 0 for what has none. */
    entry(entry: Entry): number {
      tellFrequent('source', entry.sourceId)
      const messageId = messageIdOf(entry)
      const messageIdHash = messageId === undefined ? 0 : hashOf('messageId', messageId, seed)
      if (messageId !== undefined) tell(messageIdHash)
      if (entry.kind !== 'event') tellFrequent('kind', entry.kind)
      if (entry.kind === 'refused' && entry.refusal.type !== undefined) {
        tellFrequent('type', entry.refusal.type)
      }
      if (entry.kind !== 'event') return messageIdHash
      const { event } = entry
      const { userId, anonymousId } = event
      tellFrequent('type', event.type)
      if (userId !== undefined) tell(hashOf('person', userId, seed))
      if (anonymousId !== undefined) tell(hashOf('person', anonymousId, seed))
      const name = nameOf(event)
      if (name !== undefined) tellFrequent('name', name)
      return messageIdHash
    },
  }
}
const FREQUENT_MAX = 10_000
