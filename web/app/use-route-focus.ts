import { useRouter } from '@tanstack/react-router'
import { useEffect, useState } from 'react'

const H1_FRAMES_MAX = 120

/**
 * After a change of page the focus goes to its heading, as it would with a page of its own; a tab of the same page
 * leaves the focus where it is. Returns the title, to be read aloud.
 */
export function useRouteFocus(): string {
  const router = useRouter()
  const [announced, setAnnounced] = useState('')
  useEffect(() => {
    let heading: Element | null = null
    let frame = 0
    /** The page's script may still be on its way. */
    function look(isFirst: boolean, left: number): void {
      const found = document.querySelector('main h1')
      if (found === null && left > 0) {
        frame = requestAnimationFrame(() => look(isFirst, left - 1))
        return
      }
      const isNew = found !== heading
      heading = found
      if (isFirst) return
      setAnnounced(document.title)
      // Whoever was quick is in the page already.
      if (isNew && found instanceof HTMLElement && !document.activeElement?.closest('main *')) {
        found.focus({ preventScroll: true })
        window.scrollTo(0, 0)
      }
    }
    const stop = router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
      if (!pathChanged && fromLocation !== undefined) return
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(() => look(fromLocation === undefined, H1_FRAMES_MAX))
    })
    return () => {
      stop()
      cancelAnimationFrame(frame)
    }
  }, [router])
  return announced
}
