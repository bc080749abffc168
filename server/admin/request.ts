import type { Configuration, Instance } from '../../core/configuration.ts'
import type { Destination } from '../../core/destination.ts'
import { AppError } from '../../core/errors.ts'
import type { JsonObject } from '../../core/event.ts'
import { presetSubscriptions } from '../../core/presets.ts'
import { shapeProblem } from '../../core/shape.ts'

/** A mapping may have 50 levels, and stands some levels down. */
const BODY_LEVELS_MAX = 64
/** A hundred long actions have some thousands. */
const BODY_KEYS_MAX = 200_000

/** @throws {AppError} BODY_NOT_JSON or QUERY_INVALID */
export function readBody(body: unknown): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(String(body ?? ''))
  } catch (cause) {
    throw new AppError('BODY_NOT_JSON', {}, { cause })
  }
  if (!isObject(value)) throw invalid('body', 'must be a JSON object')
  if (shapeProblem(value, { levels_max: BODY_LEVELS_MAX, keys_max: BODY_KEYS_MAX }) !== undefined) {
    throw invalid('body', `must have at most ${BODY_LEVELS_MAX} levels and ${BODY_KEYS_MAX} names and items`)
  }
  return value
}

/**
 * The instance that a request names by its id, or one that is not configured yet: `{kind, settings}`, with the presets.
 *
 * @throws {AppError} NOT_FOUND or QUERY_INVALID
 */
export function findInstance(
  given: unknown,
  { instances }: Configuration,
  catalogue: ReadonlyMap<string, Destination>,
): { readonly instance: Instance; readonly destination: Destination } {
  if (typeof given === 'string') {
    const instance = instances.find(({ id }) => id === given)
    const destination = catalogue.get(instance?.kind ?? '')
    if (instance === undefined || destination === undefined) throw notFound('destination', given)
    return { instance, destination }
  }
  if (!isObject(given)) throw invalid('destination', 'must be an id, or {kind, settings}')
  const kind = textOr(given, 'kind', '')
  const destination = catalogue.get(kind)
  if (destination === undefined) throw notFound('kind', kind)
  const settings = given['settings'] ?? {}
  if (!isObject(settings)) throw invalid('settings', 'must be an object')
  const subscriptions = presetSubscriptions(destination)
  const instance = { id: kind, kind, name: kind, enabled: true, sources: [], settings, subscriptions }
  return { instance, destination }
}

export function textOr(given: JsonObject, name: string, missing: string): string {
  const value = given[name] ?? missing
  if (typeof value !== 'string') throw invalid(name, 'must be a text')
  return value
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function invalid(parameter: string, problem: string): AppError {
  return new AppError('QUERY_INVALID', { parameter, problem })
}

export function notFound(what: string, given: string): AppError {
  return new AppError('NOT_FOUND', { [what]: given })
}
