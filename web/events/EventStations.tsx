import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Json } from '../../core/event.ts'
import { CodeBlock } from '../ui/CodeBlock.tsx'
import { CopyButton } from '../ui/CopyButton.tsx'
import { JsonTree } from '../ui/JsonTree.tsx'
import type { Mark } from '../ui/JsonTreeLine.tsx'
import { StateBadge } from '../ui/StateBadge.tsx'
import { type Station, Stations } from '../ui/Stations.tsx'
import { Time } from '../ui/Time.tsx'
import { addressParam, type Entry } from './entry.ts'
import { FateStations } from './FateStations.tsx'
import { type Detail, FATE_LOOKS } from './fate-words.ts'
import { refusalWords } from './refusal-advice.ts'

/** The way of what came in, from the top down: received, kept, and what each destination made of it. */
export function EventStations({ detail }: { readonly detail: Detail }): ReactElement {
  const { entry, corrections, destinations } = detail
  const address = addressParam(entry)
  const stations: readonly Station[] = [
    receivedStation(entry, corrections),
    ...endStation(entry),
    ...(entry.kind === 'event' ? [logStation(entry)] : []),
    ...destinations.map((fate): Station => {
      const { tone, icon } = FATE_LOOKS[fate.fate]
      return {
        id: `to ${fate.destination}`,
        title: (
          <Link
            to="/destinations/$destinationId"
            params={{ destinationId: fate.destination }}
            className="hover:underline"
          >
            {fate.name}
          </Link>
        ),
        note: fate.fate === 'no trace' ? 'no trace' : <StateBadge state={fate.fate} />,
        tone,
        icon,
        children: <FateStations fate={fate} address={address} />,
      }
    }),
    ...(entry.kind === 'event' && destinations.length === 0 ? [nowhereStation(entry.sourceId)] : []),
  ]
  return (
    <section aria-labelledby="what-happened" className="panel p-4">
      <h2 id="what-happened" className="sr-only">
        What happened to it
      </h2>
      <Stations label="What happened to it" stations={stations} />
    </section>
  )
}

function receivedStation(entry: Entry, corrections: Detail['corrections']): Station {
  return {
    id: 'received',
    title: 'Received',
    note: <Time at={entry.receivedAt} as="exact" />,
    tone: 'good',
    icon: 'arrow-down',
    children: <Received entry={entry} corrections={corrections} />,
  }
}

function Received({
  entry,
  corrections,
}: {
  readonly entry: Entry
  readonly corrections: Detail['corrections']
}): ReactElement {
  switch (entry.kind) {
    case 'event': {
      const marks: Record<string, Mark> = {}
      for (const { at, was } of corrections) {
        const text = was === undefined ? 'set on receipt' : `was ${JSON.stringify(was)}`
        marks[`$.${at}`] = { tone: 'wait', text }
      }
      return (
        <>
          {corrections.length === 0 ? (
            <p className="text-sm text-muted">Kept as it was sent.</p>
          ) : (
            <ul className="text-sm text-wait">
              {corrections.map(({ at, text }) => (
                <li key={at}>
                  <code>{at}</code>: {text}
                </li>
              ))}
            </ul>
          )}
          <div className="mt-2 rounded-lg border border-line p-2">
            <div className="flex justify-end">
              <CopyButton
                text={() => JSON.stringify(entry.event, null, 2)}
                what="the event"
                label="Copy JSON"
              />
            </div>
            <JsonTree label="The event" value={entry.event as unknown as Json} marks={marks} openDepth={2} />
          </div>
        </>
      )
    }
    case 'refused':
      return <CodeBlock title="The beginning of what was sent" code={entry.refusal.text} />
    case 'duplicate':
      return <p className="text-sm text-muted">Of a duplicate only its messageId is kept.</p>
    case 'erased':
      return <p className="text-sm text-muted">Of what was erased only its place is kept.</p>
  }
}

const END_TITLES = { event: '', duplicate: 'Not kept a second time', erased: 'Erased' } as const

/** Where the way of something ends that is no event. */
function endStation(entry: Entry): readonly Station[] {
  const words = refusalWords(entry)
  if (words === undefined) return []
  const isRefused = entry.kind === 'refused'
  return [
    {
      id: 'end',
      title: isRefused ? 'Refused' : END_TITLES[entry.kind],
      note: isRefused ? entry.refusal.code : undefined,
      tone: isRefused ? 'wait' : 'off',
      icon: entry.kind === 'duplicate' ? 'duplicate' : 'cross',
      children: (
        <>
          <p>{words.why}</p>
          <p className="text-muted">{words.advice}</p>
          {entry.kind === 'duplicate' && (
            <Link
              to="/events"
              search={{ messageId: entry.messageId, source: entry.sourceId }}
              className="link"
            >
              All that came with this messageId
            </Link>
          )}
        </>
      ),
    },
  ]
}

function logStation(entry: Entry): Station {
  const [lane, chunk, index] = entry.address.split('/')
  return {
    id: 'log',
    title: 'Log',
    note: `lane ${lane}, chunk ${chunk}, place ${index}`,
    tone: 'good',
    icon: 'check',
    children: (
      <p className="text-sm text-muted">
        Written to disk before the client was answered 200. Its address, <code>{entry.address}</code>, never
        changes. <CopyButton text={entry.address} what="the address" />
      </p>
    ),
  }
}

function nowhereStation(sourceId: string): Station {
  return {
    id: 'nowhere',
    title: 'It goes nowhere yet',
    tone: 'off',
    icon: 'minus',
    children: (
      <p className="text-sm text-muted">
        No destination is connected to its source.{' '}
        <Link to="/catalogue" search={{ source: sourceId }} className="link">
          Add one
        </Link>
      </p>
    ),
  }
}
