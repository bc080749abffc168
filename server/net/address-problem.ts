import { isIP } from 'node:net'
import type { AddressRule } from './address-rule.ts'

/** The `code` of the error with which a connection is refused. */
export const FORBIDDEN = 'DESTINATION_FORBIDDEN_ADDRESS'

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

/** Says which kind it is, and not which address a name has inside. */
export function forbidden(host: string, kind = 'no address'): NodeJS.ErrnoException {
  const text = `${host} leads to ${kind}, which may not be reached. Whoever runs the server can allow it with --allow-private.`
  return Object.assign(new Error(text), { code: FORBIDDEN })
}
