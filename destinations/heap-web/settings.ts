import { fields, type Values } from '../../core/destination.ts'

/** A name such as `cdn.example.com`, with a port if need be: what may stand between `https://` and the path. */
const HOST = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d{1,5})?$/i
const ARRAY_LIMIT_MAX = 500

export const settings = fields({
  appId: {
    type: 'string',
    label: 'App Id',
    help: 'The id of the Heap environment that receives the data. In Heap: Account › Manage › Projects. Everybody who looks at the page can read it.',
    required: true,
    length_max: 20,
    check: (text) => (/^\d+$/.test(text) ? undefined : 'must be digits only, such as "1234567890"'),
  },
  region: {
    type: 'string',
    label: 'Region',
    help: 'Where Heap keeps your data, and so where the page loads the current library from: cdn.us.heap-api.com or cdn.eu.heap-api.com. Not used with a Hostname, nor by the classic library.',
    choices: ['US', 'EU'],
    default: 'US',
  },
  sdk: {
    type: 'string',
    label: 'SDK',
    help: 'Which of Heap\'s libraries the page loads. "auto": with a Hostname the classic one, https://HOSTNAME/js/heap-APPID.js; without one the current library, or the classic one where only a Tracking Server is set. "current": Heap\'s current library; with a Hostname https://HOSTNAME/config/APPID/heap_config.js. "classic": the older one, from Heap or from the Hostname. A Heap that is in the page already is used as it is.',
    choices: ['auto', 'current', 'classic'],
    default: 'auto',
  },
  disableTextCapture: {
    type: 'boolean',
    label: 'Disable Text Capture',
    help: 'Heap then does not take up the text of what people click on and fill in.',
    default: false,
  },
  secureCookie: {
    type: 'boolean',
    label: 'Secure Cookie',
    help: "Heap's cookies are then sent over HTTPS only. Off unless you switch it on.",
    default: false,
  },
  trackingServer: {
    type: 'string',
    label: 'Tracking Server',
    help: 'Where the classic library sends its data, when it goes through a server of yours: a name such as data.example.com, or an address with https://. The current library takes Ingest Server instead.',
    length_max: 2_000,
    check: serverProblem,
  },
  ingestServer: {
    type: 'string',
    label: 'Ingest Server',
    help: 'Where the current library sends its data, when it goes through a server of yours: a name such as data.example.com, or an address with https://.',
    length_max: 2_000,
    check: serverProblem,
  },
  hostname: {
    type: 'string',
    label: 'Hostname',
    help: "Where the page loads Heap's library from, when you serve it yourself: the name alone, such as cdn.example.com, without https:// and without the App Id. The page loads https://HOSTNAME/js/heap-APPID.js; the setting SDK can change that.",
    length_max: 255,
    check: hostnameProblem,
  },
  arrayLimit: {
    type: 'integer',
    label: 'Events for list items',
    help: `Besides the event itself, one event is sent for each item of the lists in its properties, named "EVENT KEY item": at most this many a list, and at most ${ARRAY_LIMIT_MAX}. Not given: none.`,
    advanced: true,
  },
})
export type HeapWebSettings = Values<typeof settings>

/** Items a list that become events: Heap takes a limited number of events a minute for one person. */
export function arrayLimit({ arrayLimit = 0 }: HeapWebSettings): number {
  return Math.min(Math.max(arrayLimit, 0), ARRAY_LIMIT_MAX)
}

function hostnameProblem(text: string): string | undefined {
  if (/^[a-z]+:\/\//i.test(text))
    return 'must not have https:// in front: the name alone, such as cdn.example.com'
  if (text.includes('/')) {
    return 'must be the name alone, such as cdn.example.com: the path and the App Id are added by themselves'
  }
  return HOST.test(text) ? undefined : 'must be a name such as cdn.example.com'
}

function serverProblem(text: string): string | undefined {
  if (HOST.test(text)) return undefined
  const problem = 'must be a name such as data.example.com, or an address such as https://data.example.com'
  if (!/^https:\/\/[^\s\\]+$/i.test(text)) return problem
  if (!URL.canParse(text)) return problem
  const { username, password } = new URL(text)
  if (username === '' && password === '' && !/[?#]/.test(text)) return undefined
  return 'must have no user name, password, query or fragment: everybody who looks at the page can read it'
}
