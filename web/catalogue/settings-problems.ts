import type { JsonObject } from '../../core/event.ts'
import { readSettings } from '../../core/payload.ts'
import { catalogue } from '../../destinations/index.ts'

/** What is wrong with settings, by their names: the very checks that the server makes. */
export function settingsProblems(kind: string, settings: JsonObject): Readonly<Record<string, string>> {
  const fields = catalogue.get(kind)?.settings
  if (fields === undefined) return {}
  const read = readSettings(fields, settings)
  if (read.ok) return {}
  return Object.fromEntries(read.problems.map(({ field, problem }) => [field, problem]))
}
