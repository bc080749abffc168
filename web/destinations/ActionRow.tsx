import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { Count } from '../ui/Count.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Menu } from '../ui/Menu.tsx'
import { Switch } from '../ui/Switch.tsx'
import { type Destination, useDestination, useKind } from './destination.ts'
import { triggerText } from './trigger-text.ts'
import { useActionChanges } from './use-action-changes.ts'

type Action = Destination['actions'][number]
type Props = {
  readonly action: Action
  readonly isFirst: boolean
  readonly isLast: boolean
  readonly onMove: (step: -1 | 1) => void
}

export function ActionRow({ action, isFirst, isLast, onMove }: Props): ReactElement {
  const { id, mode } = useDestination()
  const kind = useKind()
  const { enable } = useActionChanges()
  const known = kind?.actions[action.action]
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 hover:bg-hover">
      <Switch
        needs="edit"
        isOn={action.enabled}
        onChange={(isOn) => enable(action, isOn)}
        label={`${action.name} on`}
      />
      <div className="min-w-56 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <Link
            to="/destinations/$destinationId/actions/$actionId"
            params={{ destinationId: id, actionId: action.id }}
            className="font-semibold hover:underline"
          >
            {action.name}
          </Link>
          {known !== undefined && known.name !== action.name && (
            <span className="text-sm text-muted">{known.name}</span>
          )}
          {!action.enabled && <span className="text-sm text-muted">off: sends nothing</span>}
        </p>
        <p>{known?.help ?? 'This version of Millrace does not know this action.'}</p>
        <p className="text-sm break-words text-muted">when {triggerText(action.trigger)}</p>
      </div>
      {mode === 'cloud' && <Sent action={action} />}
      <span className="flex items-center">
        <IconButton
          needs="edit"
          icon="arrow-up"
          label={`Move ${action.name} up`}
          aria-disabled={isFirst}
          className={isFirst ? 'opacity-40' : undefined}
          onClick={() => !isFirst && onMove(-1)}
        />
        <IconButton
          needs="edit"
          icon="arrow-down"
          label={`Move ${action.name} down`}
          aria-disabled={isLast}
          className={isLast ? 'opacity-40' : undefined}
          onClick={() => !isLast && onMove(1)}
        />
        <RowMenu action={action} />
      </span>
    </li>
  )
}

/** How much of it has arrived, and how much has not. */
function Sent({ action: { id } }: { readonly action: Action }): ReactElement {
  const { counts } = useDestination()
  const delivered = counts['delivered']?.parts[id] ?? 0
  const dead = counts['dead']?.parts[id] ?? 0
  return (
    <p className="min-w-24 text-sm md:text-right">
      <Count of={delivered} /> sent
      {dead > 0 && (
        <span className="block text-bad">
          <Count of={dead} /> refused
        </span>
      )}
    </p>
  )
}

function RowMenu({ action }: { readonly action: Action }): ReactElement {
  const { id } = useDestination()
  const navigate = useNavigate()
  const { duplicate, remove } = useActionChanges()
  return (
    <Menu
      trigger={<IconButton icon="more" label={`More for ${action.name}`} />}
      items={[
        {
          kind: 'action',
          label: 'Edit',
          icon: 'edit',
          onSelect: () =>
            void navigate({
              to: '/destinations/$destinationId/actions/$actionId',
              params: { destinationId: id, actionId: action.id },
            }),
        },
        {
          kind: 'action',
          needs: 'edit',
          label: 'Duplicate',
          icon: 'duplicate',
          onSelect: () => duplicate(action),
        },
        { kind: 'line' },
        {
          kind: 'action',
          needs: 'edit',
          label: 'Delete',
          icon: 'trash',
          isDanger: true,
          onSelect: () => remove(action),
        },
      ]}
    />
  )
}
