import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { queries } from '../api/queries.ts'
import { Icon } from '../ui/Icon.tsx'

/** Whether all is well; if not, the first problem and the way to it. */
export function HealthLine(): ReactElement {
  const { data, error } = useQuery(queries.status())
  return (
    <div role="status" className="border-t border-line px-4 py-3 text-sm">
      {error !== null ? (
        <span className="flex gap-2 text-bad">
          <Icon name="warning" className="mt-0.5" />
          {error.message}
        </span>
      ) : data === undefined ? (
        <span className="text-muted">Looking…</span>
      ) : (
        <Health problems={data.health.problems} />
      )}
    </div>
  )
}

type Problem = { readonly text: string; readonly link?: string | undefined }

function Health({ problems }: { readonly problems: readonly Problem[] }): ReactElement {
  const [first, ...more] = problems
  if (first === undefined) {
    return (
      <span className="flex items-center gap-2 text-good">
        <Icon name="check" /> All well
      </span>
    )
  }
  return (
    <span className="flex gap-2 text-bad">
      <Icon name="warning" className="mt-0.5" />
      <span>
        {first.link === undefined ? (
          first.text
        ) : (
          <a href={first.link} title={first.text} className="line-clamp-6 underline underline-offset-2">
            {first.text}
          </a>
        )}
        {more.length > 0 && <span className="block text-muted">and {more.length} more</span>}
      </span>
    </span>
  )
}
