import type { ReactElement, ReactNode } from 'react'

type Props = { readonly title: string; readonly note?: ReactNode; readonly children: ReactNode }

/** One step of an event's way, beside the others. */
export function Station({ title, note, children }: Props): ReactElement {
  return (
    <section aria-label={title} className="flex min-w-0 flex-col gap-1 rounded-lg border border-line">
      <div className="flex items-baseline gap-2 rounded-t-lg border-b border-line bg-well px-3 py-1">
        <h3 className="font-semibold">{title}</h3>
        <span className="min-w-0 flex-1 truncate text-sm text-muted">{note}</span>
      </div>
      <div className="flex flex-col gap-2 p-2">{children}</div>
    </section>
  )
}
