import type { ReactElement } from 'react'
import { AccountMenu } from '../access/AccountMenu.tsx'
import { Icon } from '../ui/Icon.tsx'
import { CRUMBS_ID } from './Page.tsx'
import { SearchBox } from './SearchBox.tsx'
import { ThemeMenu } from './ThemeMenu.tsx'
import { ZoneMenu } from './ZoneMenu.tsx'

type Props = { readonly isMenuOpen: boolean; readonly onMenu: () => void }

export function Header({ isMenuOpen, onMenu }: Props): ReactElement {
  return (
    <header className="sticky top-0 z-20 flex h-12 items-center gap-2 border-b border-line bg-surface px-2 md:col-start-2 md:px-6">
      <button
        type="button"
        aria-label="Menu"
        aria-expanded={isMenuOpen}
        aria-controls="places"
        onClick={onMenu}
        className="inline-flex size-9 items-center justify-center rounded-md hover:bg-hover md:hidden"
      >
        <Icon name="menu" />
      </button>
      <nav aria-label="Breadcrumbs" id={CRUMBS_ID} className="hidden min-w-0 flex-1 sm:block" />
      <div className="flex min-w-0 flex-1 items-center justify-end gap-1">
        <SearchBox />
        <ZoneMenu />
        <ThemeMenu />
        <AccountMenu />
      </div>
    </header>
  )
}
