import { startTransition, useEffect, useState } from 'react'

/** False in the first frame, true after it, in steps that never hold up an input: for the larger part of a large page. */
export function useSoon(): boolean {
  const [isSoon, setSoon] = useState(false)
  useEffect(() => startTransition(() => setSoon(true)), [])
  return isSoon
}
