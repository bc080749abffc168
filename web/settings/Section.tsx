import type { ReactElement, ReactNode } from 'react'

type Props = {
  readonly id: string
  readonly title: string
  readonly help?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A part of a settings page, with an address of its own. */
export function Section({ id, title, help, actions, children }: Props): ReactElement {
  return (
    <section aria-labelledby={id} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <h2 id={id} className="text-lg font-semibold">
          {title}
        </h2>
        {actions !== undefined && <div className="ml-auto flex gap-2">{actions}</div>}
      </div>
      {help !== undefined && <p className="max-w-2xl text-muted">{help}</p>}
      {children}
    </section>
  )
}
