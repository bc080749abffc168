import { rateLimiter } from '../http/rate-limit.ts'

/** So many names and addresses are remembered of each kind. */
const KEYS_MAX = 10_000
const HOUR_S = 3_600
/** One person from one address: ten at once, then one in 30 seconds. */
const PAIR = { perSecond: 1 / 30, burst: 10 }
/** One address, whoever they say they are: an office may stand behind it. */
const ADDRESS = { perSecond: 1 / 10, burst: 50 }
/** One person from everywhere: at most a hundred an hour (OWASP ASVS 4.0, 2.2.1). */
const PERSON = { perSecond: 70 / HOUR_S, burst: 30 }
/** Codes of the second factor: whoever tries them knows the password. A code of six digits then lasts for years. */
const CODE = { perSecond: 20 / HOUR_S, burst: 10 }

export type LoginThrottle = {
  /** Counts a try. 0: go on; else in how many milliseconds. `isKnown`: strangers do not hold the person up there. */
  readonly password: (email: string, address: string, isKnown: boolean) => number
  readonly code: (personId: string) => number
  /** What costs as much as a login, from one address. */
  readonly link: (address: string) => number
}

/** Slows guessing down without shutting anybody out: no count lasts, and none is of a person alone. */
export function loginThrottle(now_ms: () => number): LoginThrottle {
  const limiter = (limits: { perSecond: number; burst: number }) =>
    rateLimiter({ ...limits, keys_max: KEYS_MAX, now_ms })
  const pairs = limiter(PAIR)
  const addresses = limiter(ADDRESS)
  const people = limiter(PERSON)
  const codes = limiter(CODE)
  return {
    password(email, address, isKnown) {
      const wait_ms = pairs.take(`${address} ${email}`) || addresses.take(address)
      return wait_ms || (isKnown ? 0 : people.take(email))
    },
    code: (personId) => codes.take(personId),
    link: (address) => addresses.take(address),
  }
}
