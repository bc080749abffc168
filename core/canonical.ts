import type { Json } from './event.ts'

/** The same text for the same value, in whatever order its names stand. */
export function canonical(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonical).join()}]`
  const parts = Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`)
  return `{${parts.toSorted().join()}}`
}
