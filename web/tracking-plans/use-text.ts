import { useEffect, useRef, useState } from 'react'

const QUIET_MS = 400

/** A text, and what is done with it once nobody has written for a moment. */
export function useText(onQuiet: (text: string) => void): readonly [string, (text: string) => void] {
  const [text, setText] = useState('')
  const latest = useRef(onQuiet)
  latest.current = onQuiet
  useEffect(() => {
    const timer = setTimeout(() => latest.current(text), QUIET_MS)
    return () => clearTimeout(timer)
  }, [text])
  return [text, setText]
}
