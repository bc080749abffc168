import { Link, type LinkProps } from '@tanstack/react-router'
import { type ReactElement, type ReactNode, useEffect, useLayoutEffect, useState } from 'react'
import { createPortal } from 'react-dom'
import { Icon } from '../ui/Icon.tsx'

export type Crumb = { readonly label: string; readonly link: LinkProps }

type Props = {
  /** The heading, and the title of the window. */
  readonly title: string
  /** From the outermost to the parent of this page. */
  readonly crumbs?: readonly Crumb[]
  /** Before the heading: what stands for the kind of thing. */
  readonly icon?: ReactNode
  /** Beside the heading: a state, a kind. */
  readonly note?: ReactNode
  /** What can be done, at the right. */
  readonly actions?: ReactNode
  readonly tabs?: ReactNode
  readonly children: ReactNode
}

/** What every page has: its title, where it stands, what can be done. */
export function Page({ title, crumbs = [], icon, note, actions, tabs, children }: Props): ReactElement {
  useEffect(() => {
    document.title = `${title} · Millrace`
  }, [title])
  const [place, setPlace] = useState<HTMLElement | null>(null)
  useLayoutEffect(() => setPlace(document.getElementById(CRUMBS_ID)), [])
  return (
    <>
      {place !== null && createPortal(<Crumbs crumbs={crumbs} title={title} />, place)}
      <div className="border-b border-line bg-surface px-4 pt-4 md:px-6">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2 pb-3">
          <div className="flex min-w-0 items-center gap-3">
            {icon}
            <h1
              tabIndex={-1}
              title={title}
              className="line-clamp-3 min-w-0 text-xl font-semibold wrap-anywhere"
            >
              {title}
            </h1>
          </div>
          {note}
          {actions !== undefined && (
            <div className="ml-auto flex flex-wrap items-center gap-2">{actions}</div>
          )}
        </div>
        {tabs}
      </div>
      <div className="p-4 md:p-6">{children}</div>
    </>
  )
}

/** The place in the header where a page puts its crumbs. */
export const CRUMBS_ID = 'crumbs'

function Crumbs({
  crumbs,
  title,
}: {
  readonly crumbs: readonly Crumb[]
  readonly title: string
}): ReactElement {
  return (
    <ol className="flex min-w-0 items-center gap-1 text-sm text-muted">
      {crumbs.map(({ label, link }) => (
        <li key={label} className="flex items-center gap-1">
          <Link {...link} className="truncate rounded hover:text-text hover:underline">
            {label}
          </Link>
          <Icon name="chevron-right" size={12} />
        </li>
      ))}
      <li aria-current="page" className="truncate text-text">
        {title}
      </li>
    </ol>
  )
}
