import type { LookupAddress } from 'node:dns'
import { isIP } from 'node:net'
import { Agent, buildConnector } from 'undici'
import type { AddressRule } from './address-rule.ts'
import { type Lookup, sharedLookup } from './lookup.ts'

/** The `code` of the error with which a connection is refused. */
export const FORBIDDEN = 'DESTINATION_FORBIDDEN_ADDRESS'

const lookupOfAll = sharedLookup()

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

/** What is wrong with an address that a person wrote, as far as it says so itself: a name may yet lead anywhere. */
export function addressProblem(rule: AddressRule, url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  const { hostname } = new URL(url)
  if (rule.isAllowedName(hostname)) return undefined
  // Names that mean this machine whatever a name server says: RFC 6761, section 6.3.
  const isLocal = /(?:^|\.)localhost\.?$/.test(hostname)
  return isLocal ? rule.problem('127.0.0.1') : literalProblem(rule, hostname)
}

/** An address in a URL is in its plain form by now: `0x7f.1` is `127.0.0.1`, and IPv6 may have its brackets. */
export function literalProblem(rule: AddressRule, hostname: string): string | undefined {
  const address = hostname.replace(/^\[(.*)\]$/, '$1')
  return isIP(address) === 0 || rule.isAllowedName(hostname) ? undefined : rule.problem(address)
}

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

/** Says which kind it is, and not which address a name has inside. */
export function forbidden(host: string, kind = 'no address'): NodeJS.ErrnoException {
  const text = `${host} leads to ${kind}, which may not be reached. Whoever runs the server can allow it with --allow-private.`
  return Object.assign(new Error(text), { code: FORBIDDEN })
}
