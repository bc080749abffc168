import { Agent, buildConnector } from 'undici'
import { forbidden, literalProblem } from './address-problem.ts'
import type { AddressRule } from './address-rule.ts'
import { checkedLookup, lookupOfAll } from './checked-lookup.ts'
import type { Lookup } from './lookup.ts'

export type GuardedOptions = Omit<Agent.Options, 'connect'> & {
  readonly rule: AddressRule
  /** Left out: the system's, one for all receivers of this thread. */
  readonly lookup?: Lookup
  readonly connect_ms: number
}

/**
 * Connections to addresses that people configured: the only way in which the server opens them. A name is looked up once
 * for a connection, and the connection goes to an address that was found and checked then, so that a name which changes
 * between a check and its use (DNS rebinding) gains nothing. Redirects are not followed. It costs nothing while a
 * connection is kept.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export function guardedAgent({ rule, lookup = lookupOfAll, connect_ms, ...options }: GuardedOptions): Agent {
  const connect = buildConnector({
    allowH2: options.allowH2 ?? true,
    timeout: connect_ms,
    lookup: checkedLookup(rule, lookup),
  })
  return new Agent({
    ...options,
    connect(target, callback) {
      // What is an address already is never looked up.
      const problem = literalProblem(rule, target.hostname)
      if (problem === undefined) connect(target, callback)
      else callback(forbidden(target.hostname, problem), null)
    },
  })
}
