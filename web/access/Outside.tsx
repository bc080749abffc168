import { type ReactElement, type ReactNode, useEffect } from 'react'

type Props = { readonly title: string; readonly children: ReactNode }

/** A page for whoever is not logged in: nothing of the server is seen around it. */
export function Outside({ title, children }: Props): ReactElement {
  useEffect(() => {
    document.title = `${title} · Millrace`
  }, [title])
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-6 p-4">
      <p className="flex items-center gap-2 text-lg font-semibold">
        <img src="/favicon.svg" alt="" width={24} height={24} />
        Millrace
      </p>
      <div className="panel flex w-full max-w-sm flex-col gap-4 p-6">
        <h1 tabIndex={-1} className="text-xl font-semibold">
          {title}
        </h1>
        {children}
      </div>
    </main>
  )
}
