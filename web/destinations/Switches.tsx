import { useQuery } from '@tanstack/react-query'
import { type ReactElement, type ReactNode, useId } from 'react'
import { Button } from '../ui/Button.tsx'
import { Count } from '../ui/Count.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Switch } from '../ui/Switch.tsx'
import { useDestination } from './destination.ts'
import { overviewQuery } from './overview-query.ts'
import { useRemove } from './use-remove.ts'
import { useSwitches } from './use-switches.ts'

/** On and off, pause, delete: each says what it means for events. */
export function Switches(): ReactElement {
  const { name, enabled, paused, mode } = useDestination()
  const { enable, pause } = useSwitches()
  const remove = useRemove()
  return (
    <section aria-label="On, pause, delete" className="panel divide-y divide-line">
      <Row
        label="Enabled"
        isOn={enabled}
        onChange={enable}
        text={
          mode === 'web'
            ? 'Off: pages no longer load it, within a minute.'
            : 'Off: events that come in pass it by, and are not sent later. What waits stays, and goes out when it is on again.'
        }
      />
      {mode === 'cloud' && (
        <Row
          label="Paused"
          isOn={paused}
          onChange={pause}
          text="Nothing is sent. Events wait in order, and go out when it goes on: nothing is lost as long as the log keeps them."
        />
      )}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 p-4">
        <div className="min-w-64 flex-1">
          <h3 className="font-medium wrap-anywhere">Delete {name}</h3>
          <p className="text-sm text-muted">
            Its settings and actions go. {mode === 'cloud' && <WhatWaits />} It can be undone for ten minutes.
          </p>
        </div>
        <Button needs="edit" look="danger" onClick={remove}>
          <Icon name="trash" /> Delete
        </Button>
      </div>
    </section>
  )
}

function WhatWaits(): ReactElement {
  const { id } = useDestination()
  const { data } = useQuery(overviewQuery(id))
  const waiting = data === undefined ? 0 : data.pending + data.parked
  if (waiting === 0) return <>Nothing waits for it now.</>
  return (
    <>
      <Count of={waiting} /> {waiting === 1 ? 'event waits' : 'events wait'} for it, and will not be sent.
    </>
  )
}

type RowProps = {
  readonly label: string
  readonly text: ReactNode
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => void
}

function Row({ label, text, isOn, onChange }: RowProps): ReactElement {
  const id = useId()
  return (
    <div className="flex items-start gap-3 p-4">
      <Switch needs="edit" id={id} isOn={isOn} onChange={onChange} aria-describedby={`${id}-text`} />
      <div>
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        <p id={`${id}-text`} className="text-sm text-muted">
          {text}
        </p>
      </div>
    </div>
  )
}
