import { Link, type LinkProps } from '@tanstack/react-router'
import { type ReactElement, useEffect, useRef } from 'react'
import { LoginOff } from '../access/LoginOff.tsx'
import { classNames } from '../ui/class-names.ts'
import { Icon, type IconName } from '../ui/Icon.tsx'
import { HealthLine } from './HealthLine.tsx'

type Place = {
  readonly label: string
  readonly icon: IconName
  readonly to: NonNullable<LinkProps['to']>
  readonly isExact?: boolean
}
const PLACES: readonly Place[] = [
  { label: 'Connections', icon: 'connections', to: '/', isExact: true },
  { label: 'Sources', icon: 'sources', to: '/sources' },
  { label: 'Destinations', icon: 'destinations', to: '/destinations' },
  { label: 'Events', icon: 'events', to: '/events' },
  { label: 'Tracking plans', icon: 'check', to: '/tracking-plans' },
  { label: 'Catalogue', icon: 'catalogue', to: '/catalogue' },
  { label: 'Settings', icon: 'settings', to: '/settings' },
]

type Props = { readonly isOpen: boolean; readonly onClose: () => void }

/** Where one can go. On a phone it lies over the page when the menu button asks for it. */
export function Sidebar({ isOpen, onClose }: Props): ReactElement {
  const nav = useRef<HTMLElement>(null)
  useEffect(() => {
    if (isOpen) nav.current?.querySelector('a')?.focus()
  }, [isOpen])
  return (
    <>
      {isOpen && <div className="fixed inset-0 z-30 bg-text/40 md:hidden" onClick={onClose} />}
      <nav
        ref={nav}
        id="places"
        aria-label="Main"
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose()
        }}
        className={classNames(
          'z-30 flex-col border-r border-line bg-surface md:sticky md:top-0 md:row-span-2 md:flex md:h-dvh md:w-52',
          isOpen ? 'fixed inset-y-0 left-0 flex w-64 shadow-pop md:shadow-none' : 'hidden',
        )}
      >
        <Link to="/" className="flex h-12 items-center gap-2 px-4 text-lg font-semibold -outline-offset-2">
          <img src="/favicon.svg" alt="" width={20} height={20} />
          Millrace
        </Link>
        <ul className="flex flex-1 flex-col gap-0.5 overflow-y-auto px-2 py-1">
          {PLACES.map(({ label, icon, to, isExact = false }) => (
            <li key={label}>
              <Link
                to={to}
                activeOptions={{ exact: isExact }}
                className="flex h-9 items-center gap-2.5 rounded-md px-2 text-muted hover:bg-hover hover:text-text aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-accent"
              >
                <Icon name={icon} />
                {label}
              </Link>
            </li>
          ))}
        </ul>
        <a
          href="/docs/"
          className="mx-2 flex h-9 items-center gap-2.5 rounded-md px-2 text-muted hover:bg-hover hover:text-text"
        >
          <Icon name="docs" />
          Docs
        </a>
        <LoginOff />
        <HealthLine />
      </nav>
    </>
  )
}
