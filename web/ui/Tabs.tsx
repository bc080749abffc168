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
    const [frame, list] = [bar.current, bar.current?.firstElementChild]
    const current = [...(frame?.querySelectorAll('a') ?? [])].find((one) => one.pathname === pathname)
    if (frame === null || !list || current === undefined) return
    // Now, and when a note has come that makes the others wider.
    const watch = new ResizeObserver(() => {
      const [around, within] = [frame.getBoundingClientRect(), current.getBoundingClientRect()]
      frame.scrollLeft += within.left - around.left - (around.width - within.width) / 2
    })
    watch.observe(list)
    return () => watch.disconnect()
  }, [pathname])
  return (
    <nav ref={bar} aria-label={label} className="-mb-px overflow-x-auto">
      <ul className="flex min-w-max gap-1">
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
