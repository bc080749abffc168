import { createContext, useContext, useLayoutEffect, useState } from 'react'

/** The dialog that a component stands in, if it does: all that opens there must open within it, or lies beneath. */
export const DialogContext = createContext<HTMLElement | null>(null)

/** Where menus and tooltips are put: in the page's main part, so that they belong to a landmark. */
export function useOverlayPlace(): HTMLElement | null {
  const [main, setMain] = useState<HTMLElement | null>(null)
  const dialog = useContext(DialogContext)
  useLayoutEffect(() => setMain(document.querySelector('main')), [])
  return dialog ?? main
}
