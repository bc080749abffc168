import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { Icon } from '../ui/Icon.tsx'
import { ListTable } from '../ui/ListTable.tsx'
import { Time } from '../ui/Time.tsx'
import type { Alerts } from './AlertSettingsSection.tsx'

type Recent = Alerts['recent'][number]

/** What is not well now, and what was told before. */
export function AlertHistory({ alerts: { active, recent } }: { readonly alerts: Alerts }): ReactElement {
  return (
    <div className="flex flex-col gap-3">
      <h3 className="font-medium">Now and before</h3>
      {active.length === 0 && (
        <p className="flex items-center gap-2 text-good">
          <Icon name="check" /> All well
        </p>
      )}
      <ul className="flex flex-col gap-2">
        {active.map(({ key, of, text, since, told }) => (
          <li
            key={key}
            className={`panel flex gap-2 px-4 py-2 ${told === undefined ? 'text-wait' : 'text-bad'}`}
          >
            <Icon name="warning" className="mt-1" />
            <span className="min-w-0 wrap-anywhere">
              {of === undefined ? text : <To of={of} text={text} />}{' '}
              <span className="text-muted">
                Since <Time at={since} />
                {told === undefined && '; not told yet: it has to last'}
              </span>
            </span>
          </li>
        ))}
      </ul>
      {recent.length > 0 && (
        <ListTable
          label="What was told"
          columns={['What', 'When', 'Sent']}
          rows={recent.map((one) => ({
            key: `${one.key} ${one.at}`,
            cells: [<Told key="what" notice={one} />, <Time key="at" at={one.at} />, sentText(one)],
          }))}
        />
      )}
    </div>
  )
}

function Told({ notice: { kind, text, of } }: { readonly notice: Recent }): ReactElement {
  const words = kind === 'recovered' ? `Well again: ${text}` : text
  return <span>{of === undefined ? words : <To of={of} text={words} />}</span>
}

function To({ of, text }: { readonly of: string; readonly text: string }): ReactElement {
  return (
    <Link
      to="/destinations/$destinationId"
      params={{ destinationId: of }}
      className="underline underline-offset-2"
    >
      {text}
    </Link>
  )
}

function sentText({ sent }: Recent): string {
  const all = Object.entries(sent)
  if (all.length === 0) return 'shown here only'
  return all.map(([channel, text]) => `${channel}: ${text}`).join('; ')
}
