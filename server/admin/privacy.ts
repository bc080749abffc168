import type { Route } from '../../contract/route.ts'
import { AppError } from '../../core/errors.ts'
import { asksOf } from './asks.ts'
import { maskOf } from './mask.ts'
import type { Caller } from './router.ts'

/**
 * What a caller may see of a route's answer.
 *
 * @throws {AppError} PERSONAL_NOT_ALLOWED when the request asks for what they may not see.
 */
export function privacyOf({ query, body, answer, events, personalWith }: Route) {
  const asks = [query, body].map((schema) => (schema === undefined ? undefined : asksOf(schema)))
  const schema = answer ?? events
  const mask = schema === undefined ? undefined : maskOf(schema)
  return (who: Pick<Caller, 'personal'>, ...given: readonly [query: object, body: object | undefined]) => {
    const isOwn = personalWith !== undefined && !Object.hasOwn(given[1] ?? {}, personalWith)
    if (who.personal || isOwn) return same
    for (const [index, one] of given.entries()) {
      const parameter = asks[index]?.(one)
      if (parameter !== undefined) throw new AppError('PERSONAL_NOT_ALLOWED', { parameter })
    }
    return (mask ?? same) as typeof same
  }
}

function same<Value>(value: Value): Value {
  return value
}
