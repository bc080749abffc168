import type { Json } from '../event.ts'
import type { CompileComparison } from './closures.ts'
import { same } from './same.ts'
import type { Comparison } from './syntax.ts'

/** Every comparison but `=` and `!=`: docs/triggers.md. */
export const COMPARE: Readonly<Record<Exclude<Comparison, '=' | '!='>, CompileComparison>> = {
  '>': (a, b) => (event) => order(a(event), b(event)) > 0,
  '>=': (a, b) => (event) => order(a(event), b(event)) >= 0,
  '<': (a, b) => (event) => order(a(event), b(event)) < 0,
  '<=': (a, b) => (event) => order(a(event), b(event)) <= 0,
  in(a, b, right) {
    if (right.kind === 'list') {
      const values = new Set<Json>(right.values)
      return (event) => values.has(a(event) ?? null)
    }
    return (event) => {
      const list = b(event)
      const value = a(event)
      return Array.isArray(list) && list.some((item) => same(item, value))
    }
  },
}

/** Below 0, 0 or above 0; NaN, which no comparison holds for, when the two have no order. */
function order(a: Json | undefined, b: Json | undefined): number {
  const isOrdered = typeof a === typeof b && (typeof a === 'number' || typeof a === 'string')
  if (!isOrdered) return Number.NaN
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0
}
