import type { Names } from '../../core/persons/person.ts'

/** Units of budgets, by budget and subject (`''` for the whole instance). */
export type Units = ReadonlyMap<string, ReadonlyMap<string, number>>

/**
 * As a ledger keeps them: the JSON of an object of objects. Written out by hand, as an object of a thousand subjects that lives for one
 * `JSON.stringify` took 1.3 µs of each event.
 */
export function unitsText(units: Units): string {
  return jsonObject(units, (subjects) => jsonObject(subjects, String))
}

function jsonObject<Value>(map: ReadonlyMap<string, Value>, text: (value: Value) => string): string {
  const parts: string[] = []
  for (const [name, value] of map) parts.push(`${JSON.stringify(name)}:${text(value)}`)
  return `{${parts.join(',')}}`
}

/** What `unitsText` wrote. */
export function readUnits(text: string): Units {
  return unitsFrom(JSON.parse(text) as Record<string, Record<string, number>>)
}

/** Of plain objects. */
export function unitsFrom(units: Readonly<Record<string, Readonly<Record<string, number>>>>): Units {
  return new Map(Object.entries(units).map(([name, subjects]) => [name, new Map(Object.entries(subjects))]))
}

/** The same object when there is nothing to take out. */
export function withoutSubjects(units: Units, isSubject: Names): Units {
  if (![...units.values()].some((subjects) => [...subjects.keys()].some(isSubject))) return units
  return new Map(
    [...units].map(([budget, subjects]) => [
      budget,
      new Map([...subjects].filter(([subject]) => !isSubject(subject))),
    ]),
  )
}
