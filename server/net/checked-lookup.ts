import type { LookupAddress } from 'node:dns'
import { forbidden } from './address-problem.ts'
import type { AddressRule } from './address-rule.ts'
import { type Lookup, sharedLookup } from './lookup.ts'

/** The system's, one for all receivers and databases of this thread. */
export const lookupOfAll = sharedLookup()

/** Gives only what may be reached. */
export function checkedLookup(rule: AddressRule, lookup: Lookup = lookupOfAll): Lookup {
  return (name, options, callback) => {
    lookup(name, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, '')
      const all = found as LookupAddress[]
      const right = rule.isAllowedName(name)
        ? all
        : all.filter(({ address }) => rule.problem(address) === undefined)
      const [first] = right
      if (first === undefined) return callback(forbidden(name, rule.problem(all[0]?.address ?? '')), '')
      if (options.all === true) callback(null, right)
      else callback(null, first.address, first.family)
    })
  }
}
