import type { ReactElement } from 'react'
import { useDestination } from '../destinations/destination.ts'
import { sentence } from '../destinations/state-words.ts'
import { Count } from '../ui/Count.tsx'
import { Time } from '../ui/Time.tsx'
import { VirtualList } from '../ui/VirtualList.tsx'
import type { Group } from './dead-letters-query.ts'

type Props = {
  readonly groups: readonly Group[]
  readonly chosen: Group | undefined
  readonly onChoose: (group: Group) => void
}
const ROW_PX = 76

/** The reasons, the newest first. */
export function GroupList({ groups, chosen, onChoose }: Props): ReactElement {
  const { actions } = useDestination()
  const nameOf = (id: string) => actions.find((one) => one.id === id)?.name ?? id
  return (
    <VirtualList
      label="Reasons"
      rows={groups}
      keyOf={keyOf}
      row_px={ROW_PX}
      chosen={chosen && keyOf(chosen)}
      onChoose={onChoose}
      className="h-96 lg:h-full"
      render={({ text, count, action, first, last }) => (
        <span className="flex min-w-0 flex-1 items-start gap-3">
          <span className="min-w-12 rounded-full bg-bad-soft px-2 text-center text-sm font-semibold text-bad">
            <Count of={count} />
          </span>
          <span className="min-w-0 flex-1">
            <span className="line-clamp-2 leading-5">{sentence(text)}</span>
            <span className="block truncate text-sm text-muted">
              {nameOf(action)}, last <Time at={last} />
              {first !== last && (
                <>
                  , first <Time at={first} />
                </>
              )}
            </span>
          </span>
        </span>
      )}
    />
  )
}

function keyOf({ action, code, text }: Group): string {
  return `${action}\n${code}\n${text}`
}
