import { Link, type LinkProps, useLocation } from '@tanstack/react-router'
import { type ReactElement, type ReactNode, useEffect, useRef } from 'react'

export type Tab = {
  readonly label: string
  readonly link: LinkProps
  /** Beside the label, such as how many dead letters there are. */
  readonly note?: ReactNode
  /** Only the very address, not those below it. */
  readonly isExact?: boolean
}

/** Parts of a page, each with an address of its own. */
export function Tabs({
  label,
  tabs,
}: {
  readonly label: string
  readonly tabs: readonly Tab[]
}): ReactElement {
  const bar = useRef<HTMLElement>(null)
  const pathname = useLocation({ select: (location) => location.pathname })
  // Where there is no room for all, the one that is shown is in sight.
  useEffect(() => {
    const current = [...(bar.current?.querySelectorAll('a') ?? [])].find((one) => one.pathname === pathname)
    if (bar.current === null || current === undefined) return
    const [around, within] = [bar.current.getBoundingClientRect(), current.getBoundingClientRect()]
    bar.current.scrollLeft += within.left - around.left - (around.width - within.width) / 2
  }, [pathname])
  return (
    <nav ref={bar} aria-label={label} className="-mb-px overflow-x-auto">
      <ul className="flex gap-1">
        {tabs.map(({ label: name, link, note, isExact = false }) => (
          <li key={name}>
            <Link
              {...link}
              activeOptions={{ exact: isExact, includeSearch: false }}
              className="inline-flex h-9 items-center gap-1.5 rounded-t border-b-2 border-transparent px-3 font-medium whitespace-nowrap text-muted -outline-offset-2 hover:text-text aria-[current=page]:border-accent aria-[current=page]:text-text"
            >
              {name}
              {note !== undefined && (
                <span className="rounded-full bg-off-soft px-1.5 text-xs text-off">{note}</span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
