import { Outlet, useLocation, useRouter } from '@tanstack/react-router'
import { type ReactElement, useEffect, useState } from 'react'
import { AccessGate } from '../access/AccessGate.tsx'
import { Toasts } from '../ui/Toasts.tsx'
import { TooltipArea } from '../ui/Tooltip.tsx'
import { Header } from './Header.tsx'
import { Sidebar } from './Sidebar.tsx'
import { useRouteFocus } from './use-route-focus.ts'

/** What stands around every page, for whoever is logged in. Only links of set-up and the like need no login. */
export function Frame(): ReactElement {
  const isLink = useLocation({ select: ({ pathname }) => pathname === '/link' })
  return (
    <TooltipArea>
      {isLink ? (
        <Outlet />
      ) : (
        <AccessGate>
          <Framed />
        </AccessGate>
      )}
      <Toasts />
    </TooltipArea>
  )
}

function Framed(): ReactElement {
  const [isMenuOpen, setMenuOpen] = useState(false)
  const announced = useRouteFocus()
  const router = useRouter()
  useEffect(() => router.subscribe('onBeforeNavigate', () => setMenuOpen(false)), [router])
  return (
    <>
      <a
        href="#page"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-md bg-accent px-3 py-2 text-on-accent focus:translate-y-0"
      >
        Skip to the page
      </a>
      <div className="grid min-h-dvh grid-cols-1 grid-rows-[auto_1fr] md:grid-cols-[13rem_minmax(0,1fr)]">
        <Sidebar isOpen={isMenuOpen} onClose={() => setMenuOpen(false)} />
        <Header isMenuOpen={isMenuOpen} onMenu={() => setMenuOpen(!isMenuOpen)} />
        <main id="page" tabIndex={-1} className="min-w-0 md:col-start-2">
          <Outlet />
        </main>
      </div>
      <div role="status" aria-live="polite" className="sr-only">
        {announced}
      </div>
    </>
  )
}
