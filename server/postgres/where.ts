import type { Value } from './connect.ts'

/** The conditions of a statement, and its values in their order. */
export function conditions() {
  const parts: string[] = []
  const values: Value[] = []
  /** The place of a value in the statement: `$1`. */
  const place = (value: Value) => `$${values.push(value)}`
  return {
    place,
    /** Nothing when the value is undefined: it is not asked for. */
    add(condition: (place: string) => string, value: Value | undefined): void {
      if (value !== undefined) parts.push(condition(place(value)))
    },
    plain: (condition: string): void => void parts.push(condition),
    sql: () => (parts.length === 0 ? 'true' : parts.join(' and ')),
    values: values as readonly Value[],
  }
}
