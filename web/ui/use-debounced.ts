import { useEffect, useState } from 'react'

/** The value, once it has stayed the same for a while. Must be the same object while nothing changed. */
export function useDebounced<Value>(value: Value, after_ms: number): Value {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), after_ms)
    return () => clearTimeout(timer)
  }, [value, after_ms])
  return settled
}
