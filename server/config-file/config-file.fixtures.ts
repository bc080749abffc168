import type { Configuration } from '../../core/configuration.ts'
import { action, type Destination, destination, fields, webDestination } from '../../core/destination.ts'
import { type CheckInstance, type ReadConfigFile, readConfigFile } from './read.ts'

const settings = fields({
  appId: { type: 'string', label: 'App Id', help: '', required: true },
  apiKey: { type: 'secret', label: 'API key', help: '' },
  rate: { type: 'number', label: 'Rate', help: '' },
})
const trackEvent = action({
  name: 'Track Event',
  help: '',
  trigger: 'type = "track"',
  fields: { event: { type: 'string', label: 'Event', help: '', default: { '@path': '$.event' } } },
})
const identifyUser = action({ name: 'Identify User', help: '', trigger: 'type = "identify"', fields: {} })

/** A small destination: two actions, one of them a preset. */
export const heap: Destination = destination({
  mode: 'cloud',
  kind: 'heap',
  name: 'Heap',
  help: '',
  settings,
  actions: { trackEvent, identifyUser },
  presets: ['trackEvent'],
  batch: { count_max: 1, bytes_max: 1, age_ms_max: 1 },
  plan: () => [],
  judge: () => ({ status: 'delivered' }),
})

/** The same for pages. */
const heapWeb: Destination = webDestination({
  mode: 'web',
  kind: 'heap-web',
  name: 'Heap',
  label: 'Web',
  help: '',
  script: { name: 'Heap Web', libraryName: 'heapWeb' },
  settings,
  actions: { trackEvent, identifyUser },
  presets: [
    'trackEvent',
    {
      id: 'pages',
      name: 'Page Calls',
      action: 'trackEvent',
      trigger: 'type = "page"',
      mapping: { event: 'Page viewed' },
      enabled: false,
    },
  ],
  page: () => {
    throw new Error('no page here')
  },
  calls: () => [],
})

export const catalogue: ReadonlyMap<string, Destination> = new Map<string, Destination>([
  ['heap', heap],
  ['heap-web', heapWeb],
  ['webhook', { ...heap, kind: 'webhook', name: 'Webhook' }],
])

/** A stand-in for the real check: an App Id is needed and a text, and triggers and mappings must not say "wrong". */
export const check: CheckInstance = ({ settings: { appId }, subscriptions }) => [
  ...(typeof appId === 'string' ? [] : [{ at: ['settings', 'appId'], problem: 'is missing' }]),
  ...subscriptions.flatMap(({ trigger, mapping }, index) => [
    ...(trigger.includes('wrong') ? [{ at: ['actions', index, 'trigger'], problem: 'cannot be read' }] : []),
    ...Object.keys(mapping)
      .filter((field) => field === 'wrong')
      .map((field) => ({ at: ['actions', index, 'mapping', field], problem: 'is no field' })),
  ]),
]

export function read(text: string, variables: ReadonlyMap<string, string> = new Map()): ReadConfigFile {
  return readConfigFile(text, catalogue, check, ({ kind, name }) => {
    const found = kind === 'env' ? variables.get(name) : undefined
    return found === undefined ? { ok: false, problem: `no ${kind} ${name}` } : { ok: true, text: found }
  })
}

/** The configuration of a file that must be right. */
export function readRight(text: string, variables?: ReadonlyMap<string, string>): Configuration {
  const result = read(text, variables)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.configuration
}

/** `line:column at: problem` for each problem of a file that must be wrong. */
export function problemsOf(text: string): readonly string[] {
  const result = read(text)
  if (result.ok) return []
  return result.problems.map(
    ({ line, column, at, problem }) => `${line}:${column} ${at}${at === '' ? '' : ': '}${problem}`,
  )
}
