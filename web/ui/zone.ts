import { useStored, writeStored } from './stored.ts'

/** `undefined` is the machine's own. */
export function useZone(): string | undefined {
  const stored = useStored('zone')
  return stored !== undefined && isZone(stored) ? stored : undefined
}

export function setZone(zone: string | undefined): void {
  writeStored('zone', zone)
}

export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone })
    return true
  } catch {
    return false
  }
}
