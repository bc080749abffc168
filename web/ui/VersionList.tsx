import { type ReactElement, type ReactNode, useState } from 'react'
import { classNames } from './class-names.ts'
import { ErrorState } from './ErrorState.tsx'
import { Skeleton } from './Skeleton.tsx'
import { Time } from './Time.tsx'

type Version = {
  readonly version: number
  readonly at: string
  readonly by: string
  readonly current: boolean
}
type Chosen<One> = {
  readonly shown: One
  /** The one before it; undefined for the first. */
  readonly before: One | undefined
  /** What people call it: the first is 1. */
  readonly number: number
}
type Props<One extends Version> = {
  /** What was asked, the newest first. */
  readonly asked: {
    readonly data: { readonly versions: readonly One[] } | undefined
    readonly error: Error | null
    readonly refetch: () => unknown
  }
  /** Beside who made a version. */
  readonly noteOf?: (version: One) => string
  /** What is said of the chosen one. */
  readonly children: (chosen: Chosen<One>) => ReactNode
}

/** The versions of something left, the chosen one right. */
export function VersionList<One extends Version>({ asked, noteOf, children }: Props<One>): ReactElement {
  const [at, setAt] = useState(0)
  const { data, error, refetch } = asked
  if (error !== null) return <ErrorState what="The history" error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton lines={5} label="Loading the history…" />
  const { versions } = data
  const shown = versions[at]
  if (shown === undefined) return <p className="text-muted">There is no history of it yet.</p>
  return (
    <div className="grid grid-cols-1 gap-4 md:grid-cols-[15rem_minmax(0,1fr)]">
      <ol aria-label="Versions" className="flex max-h-[25vh] flex-col gap-1 overflow-y-auto md:max-h-[60vh]">
        {versions.map((version, index) => (
          <li key={version.version}>
            <button
              type="button"
              aria-current={index === at ? 'true' : undefined}
              onClick={() => setAt(index)}
              className={classNames(
                'w-full rounded-md px-2 py-1.5 text-left -outline-offset-2',
                index === at ? 'bg-accent-soft' : 'hover:bg-hover',
              )}
            >
              <strong>v{versions.length - index}</strong> <Time at={version.at} />
              <span className="block truncate text-sm text-muted">
                {version.by}
                {noteOf !== undefined && ` · ${noteOf(version)}`}
                {version.current && ' · as it is now'}
              </span>
            </button>
          </li>
        ))}
      </ol>
      <div className="flex min-w-0 flex-col gap-3">
        {children({ shown, before: versions[at + 1], number: versions.length - at })}
      </div>
    </div>
  )
}
