import { isIP } from 'node:net'
import { PAGE_PREFIX } from '../core/page-paths.ts'

/** How the text of an option is read: undefined for what cannot be, and what would be right, for people. */
export type Readable<Value> = { readonly read: (text: string) => Value | undefined; readonly wants: string }

export const readPublicUrl: Readable<string> = {
  wants: 'an address such as https://events.example.com, without a query',
  read(text) {
    if (!/^https?:\/\/[^\s\\?#@]+$/i.test(text) || !URL.canParse(text)) return undefined
    return text.replace(/\/+$/, '')
  },
}

export const readPagePath: Readable<string> = {
  wants:
    'a path of letters, digits, "_" and "-", such as /wren; not /v1 and the like, which are there already',
  read(text) {
    const isTaken = /^\/(v1|analytics\.js|analytics-next|healthz|readyz)(\/|$)/.test(text)
    return PAGE_PREFIX.test(text) && !isTaken ? text : undefined
  },
}

const PROXY_NAMES = ['loopback', 'linklocal', 'uniquelocal']
const HOPS_MAX = 100

export const readTrustProxy: Readable<number | readonly string[]> = {
  wants:
    'the number of proxies, or their addresses and networks: loopback, linklocal, uniquelocal, 10.0.0.0/8',
  read(text) {
    if (/^\d+$/.test(text)) return Number(text) <= HOPS_MAX ? Number(text) : undefined
    const names = text.split(',').map((name) => name.trim())
    return names.every((name) => PROXY_NAMES.includes(name) || isNetwork(name)) ? names : undefined
  },
}

function isNetwork(text: string): boolean {
  const [address = '', bits] = text.split('/')
  const version = isIP(address)
  if (version === 0 || text.split('/').length > 2) return false
  return bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
}
