import { type ReactElement, type ReactNode, useId } from 'react'

type Props = { readonly title: string; readonly children: ReactNode; readonly action?: ReactNode }

/** One part of the settings. */
export function Part({ title, children, action }: Props): ReactElement {
  const id = useId()
  return (
    <section aria-labelledby={id} className="panel p-4">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <h2 id={id} className="text-lg font-semibold">
          {title}
        </h2>
        {action}
      </div>
      {children}
    </section>
  )
}
