import { fields, type Values } from '../../core/destination.ts'

/**
 * The hosts of Heap's server-side API.
 * US: https://developers.heap.io/reference/track-1. EU: "customers in the EU data center must use c.eu.heap-api.com",
 * https://developers.heap.io/reference/bulk-track.
 */
const HOSTS = { US: 'https://heapanalytics.com', EU: 'https://c.eu.heap-api.com' } as const

/**
 * What senders write where an id should be. Heap merges everybody who has the same identity, and "cannot undo" it:
 * https://developers.heap.io/reference/identify.
 */
const NEVER_IDENTITIES =
  'null, undefined, nil, none, nan, n/a, unknown, anonymous, guest, user, visitor, true, false, 0, -1, {}, [], [object Object], 00000000-0000-0000-0000-000000000000'

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
  anonymousEvents: {
    type: 'string',
    label: 'Anonymous events',
    help: 'What becomes of an event that has no user id. "Heap user id": sent under a number made from its anonymous id, and joined to the person when an identify or alias call tells who it was. "As identity": the anonymous id becomes an identity, so the visitor and the person stay two people in Heap, and Heap cannot undo that. "Hold": not sent, kept as a dead letter. "Partner endpoint": experimental, through an API of Heap that is not documented and may change at any time; all values are sent as text.',
    choices: ['Heap user id', 'As identity', 'Hold', 'Partner endpoint'],
    default: 'Heap user id',
  },
  neverIdentities: {
    type: 'string',
    label: 'Never identities',
    help: 'Ids that are nobody, separated by commas or lines. An event of one becomes a dead letter: Heap would merge all such people into one, for ever. Compared without regard to case and to spaces around them. Blank ids, and those over 255 characters, are always among them.',
    length_max: 10_000,
    default: NEVER_IDENTITIES,
    advanced: true,
  },
  nestedData: {
    type: 'string',
    label: 'Nested data',
    help: 'How objects and lists become the flat properties of Heap. "Dotted names": a.b for objects, JSON text for lists. "Arrays indexed": lists too become names, a.0. "All stringified": objects and lists become JSON text. "Dropped": left out. "Lists as Heap lists": as dotted names, and a list of plain values becomes a||b, as Heap writes lists.',
    choices: ['Dotted names', 'Arrays indexed', 'All stringified', 'Dropped', 'Lists as Heap lists'],
    default: 'Dotted names',
  },
  profilesFromContextTraits: {
    type: 'boolean',
    label: 'User properties from context.traits',
    help: 'Also update the user properties from the traits that track, page and screen calls carry in their context.',
    default: false,
  },
  sessionsFromPages: {
    type: 'boolean',
    label: 'Sessions from pages',
    help: "For JavaScript sources, in pages that have Heap's own library: each event then carries Heap's user id and session id, so that it joins the visitor's real session in Heap. Pages load one more small script.",
    default: false,
  },
  apiKey: {
    type: 'secret',
    label: 'API key for deletions',
    help: 'Needed for the action Delete User only. In Heap: Account › Manage › Privacy & Security. It works with the App Id of the Main Production environment only, and deletes in all environments.',
    length_max: 500,
  },
  eventsPerMinute: {
    type: 'integer',
    label: 'Events a minute',
    help: "Heap's limit for the whole app. Change it only if Heap gave you another, or for the sandbox.",
    default: 15_000,
    advanced: true,
  },
  eventsPerMinutePerPerson: {
    type: 'integer',
    label: 'Events a minute for one person',
    help: "Heap's limit for one identity or user id. Change it only if Heap gave you another, or for the sandbox.",
    default: 1_000,
    advanced: true,
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

/**
 * The deletion API has one host for both regions: "apply to Heap data in both US and EU data centers",
 * https://developers.heap.io/reference/user-deletion.
 */
export function deletionUrl({ apiUrl }: HeapSettings): string {
  return (apiUrl ?? HOSTS.US).replace(/\/+$/, '')
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
