import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import type { Json } from '../../core/event.ts'
import type { Answer } from '../api/api.ts'
import { Button } from '../ui/Button.tsx'
import { classNames } from '../ui/class-names.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Diff } from '../ui/Diff.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Time } from '../ui/Time.tsx'
import { versionsQuery } from './EditorHeader.tsx'
import { type Draft, draftOf } from './logic/draft.ts'

type Version = Answer<'GET /admin/v1/destinations/:id/actions/:action/versions'>['versions'][number]
type Props = {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly destination: string
  readonly action: string
  readonly onRestore: (version: Draft) => void
}

/** What the action was, who changed it, and what each change was; any of it can be put back. */
export function History({ isOpen, onClose, ...rest }: Props): ReactElement {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="History" isWide>
      <Versions {...rest} onClose={onClose} />
    </Dialog>
  )
}

function Versions({ destination, action, onRestore, onClose }: Omit<Props, 'isOpen'>): ReactElement {
  const { data, error, refetch } = useQuery(versionsQuery(destination, action))
  const [at, setAt] = useState(0)
  if (error !== null) return <ErrorState what="The history" error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton lines={5} label="Loading the history…" />
  const { versions } = data
  const [shown, before] = [versions[at], versions[at + 1]]
  if (shown === undefined) return <p className="text-muted">There is no history of it yet.</p>
  return (
    <div className="grid gap-4 md:grid-cols-[15rem_minmax(0,1fr)]">
      <ol aria-label="Versions" className="flex max-h-[60vh] flex-col gap-1 overflow-y-auto">
        {versions.map((version, index) => (
          <li key={version.version}>
            <button
              type="button"
              aria-current={index === at ? 'true' : undefined}
              onClick={() => setAt(index)}
              className={classNames(
                'w-full rounded-md px-2 py-1.5 text-left',
                index === at ? 'bg-accent-soft' : 'hover:bg-hover',
              )}
            >
              <strong>v{versions.length - index}</strong> <Time at={version.at} />
              <span className="block truncate text-sm text-muted">
                {version.by}
                {version.current && ' · as it is now'}
              </span>
            </button>
          </li>
        ))}
      </ol>
      <div className="flex min-w-0 flex-col gap-3">
        <Diff
          label={`What v${versions.length - at} changed`}
          wasTitle={before === undefined ? 'Not there before' : `v${versions.length - at - 1}`}
          becomesTitle={`v${versions.length - at}`}
          was={before && shownAs(before)}
          becomes={shownAs(shown)}
        />
        {!shown.current && (
          <Button
            className="self-start"
            onClick={() => {
              onRestore(draftOf(shown.action))
              onClose()
            }}
          >
            <Icon name="undo" /> Put v{versions.length - at} back
          </Button>
        )}
      </div>
    </div>
  )
}

function shownAs({ action }: Version): Json {
  const { name, enabled, trigger, transform, mapping } = action
  // A line of the text is one of the comparison.
  const lines = transform === undefined ? {} : { transform: transform.trimEnd().split('\n') }
  return { name, enabled, trigger, ...lines, mapping } as Json
}
