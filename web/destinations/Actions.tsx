import { type ReactElement, useState } from 'react'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ActionRow } from './ActionRow.tsx'
import { AddAction } from './AddAction.tsx'
import { useDestination } from './destination.ts'
import { useActionChanges } from './use-action-changes.ts'

/** Which calls become what: one row an action, in the order in which they are sent. */
export function Actions(): ReactElement {
  const { name, actions, mode } = useDestination()
  const { move } = useActionChanges()
  const [said, setSaid] = useState('')
  return (
    <div className="flex max-w-5xl flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-64 flex-1 text-muted">
          Each action takes the calls that its trigger wants and makes something of them at {name}.
          {mode === 'web' && ' All of it happens in the page.'}
        </p>
        <AddAction />
      </div>
      {actions.length === 0 ? (
        <div className="panel">
          <EmptyState icon="minus" title="No actions: nothing is sent" action={<AddAction />}>
            An action says which calls are sent, and as what.
          </EmptyState>
        </div>
      ) : (
        <ol aria-label="Actions" className="panel divide-y divide-line">
          {actions.map((action, index) => (
            <ActionRow
              key={action.id}
              action={action}
              isFirst={index === 0}
              isLast={index === actions.length - 1}
              onMove={(step) => {
                move(action.id, step)
                setSaid(`${action.name} is now number ${index + 1 + step} of ${actions.length}`)
              }}
            />
          ))}
        </ol>
      )}
      <p aria-live="polite" className="sr-only">
        {said}
      </p>
    </div>
  )
}
