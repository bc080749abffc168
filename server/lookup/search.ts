import type { AnswerOf } from '../../contract/route.ts'
import type { Routes } from '../../contract/routes.ts'
import type { CallType, Envelope } from '../../core/event.ts'
import { nameOf } from '../../core/event-name.ts'
import { type FindDeps, findEvents } from './find.ts'
import { isoTime, shownEntry } from './shown.ts'

/** Of each kind; who wants more asks the list of that kind. */
const COUNT_MAX = 8

type Found = AnswerOf<Routes['GET /admin/v1/search']>['hits'][number]
export type Named = { readonly id: string; readonly name: string }
export type SearchIn = { readonly sources: readonly Named[]; readonly instances: readonly Named[] }

/** Whatever a person may have copied from somewhere: a messageId, who it was, an event's name, or the name of a part. */
export async function search(
  deps: FindDeps,
  q: string,
  { sources, instances }: SearchIn,
): Promise<AnswerOf<Routes['GET /admin/v1/search']>> {
  const text = q.trim()
  if (text === '') return { hits: [] }
  const messages = await findEvents(deps, { messageId: text }, { count_max: COUNT_MAX })
  const person = await findEvents(deps, { person: text }, { count_max: 1 })
  const names = deps.index.names(text, COUNT_MAX)
  return {
    hits: [
      ...messages.envelopes.map(eventFound),
      ...person.envelopes.flatMap((envelope) => personFound(envelope, text)),
      ...names.map(({ sourceId: source, type, name, count }): Found => {
        return { kind: 'event name', source, type: type as CallType, name, count }
      }),
      ...named(sources, text).map((one): Found => ({ kind: 'source', ...one })),
      ...named(instances, text).map((one): Found => ({ kind: 'destination', ...one })),
    ],
  }
}

function eventFound(envelope: Envelope): Found {
  const { address, sourceId: source, receivedAt: at } = shownEntry(envelope)
  return { kind: 'event', address, text: textOf(envelope), source, at: isoTime(Date.parse(at)) }
}

function textOf(envelope: Envelope): string {
  switch (envelope.kind) {
    case 'event': {
      const name = nameOf(envelope.event)
      return name === undefined ? envelope.event.type : `${envelope.event.type} ${name}`
    }
    case 'refused':
      return `refused: ${envelope.refusal.reason}`
    case 'duplicate':
      return 'duplicate'
    case 'erased':
      return 'erased'
  }
}

function personFound(envelope: Envelope, id: string): readonly Found[] {
  if (envelope.kind !== 'event') return []
  const of = envelope.event.userId === id ? 'userId' : 'anonymousId'
  return [{ kind: 'person', id, of, last: isoTime(Date.parse(envelope.receivedAt)) }]
}

function named(all: readonly Named[], text: string): readonly Named[] {
  const wanted = text.toLowerCase()
  return all
    .filter(({ id, name }) => id === text || name.toLowerCase().includes(wanted))
    .slice(0, COUNT_MAX)
    .map(({ id, name }) => ({ id, name }))
}
