import { fields, type Values } from '../../core/destination.ts'

/**
 * The hosts of Heap's server-side API.
 * US: https://developers.heap.io/reference/track-1. EU: "customers in the EU data center must use c.eu.heap-api.com",
 * https://developers.heap.io/reference/bulk-track.
 */
const HOSTS = { US: 'https://heapanalytics.com', EU: 'https://c.eu.heap-api.com' } as const

export const settings = fields({
  appId: {
    type: 'string',
    label: 'App Id',
    help: 'The id of the Heap environment that receives the data. In Heap: Account › Manage › Projects.',
    required: true,
    length_max: 20,
    check: (text) => (/^\d+$/.test(text) ? undefined : 'must be digits only, such as "1234567890"'),
  },
  region: {
    type: 'string',
    label: 'Region',
    help: 'Where Heap keeps your data. Projects whose address is eu.heapanalytics.com are in the EU.',
    choices: ['US', 'EU'],
    default: 'US',
  },
  apiUrl: {
    type: 'string',
    label: 'API address',
    help: 'Sends to this address instead of Heap: a proxy of your own, or the sandbox. HTTPS, or HTTP on this machine.',
    advanced: true,
    length_max: 2_000,
    check: apiUrlProblem,
  },
})
export type HeapSettings = Values<typeof settings>

/** The address in front of `/api/track`, without a slash at its end. */
export function baseUrl({ region, apiUrl }: HeapSettings): string {
  return (apiUrl ?? HOSTS[region]).replace(/\/+$/, '')
}

/** The URL parser forgives spaces and missing slashes; what is put behind this address needs it to be whole. */
const PLAIN = /^[a-z]+:\/\/[^\s\\]+$/i

function apiUrlProblem(text: string): string | undefined {
  if (!URL.canParse(text) || !PLAIN.test(text)) return 'must be an address such as https://proxy.example.com'
  const { protocol, hostname, username, password } = new URL(text)
  if (username !== '' || password !== '' || /[?#]/.test(text)) {
    return 'must have no user name, password, query or fragment'
  }
  if (protocol === 'https:') return undefined
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
  if (protocol === 'http:' && isLoopback) return undefined
  return 'must start with https:// (http:// is allowed on this machine only)'
}
