import { shownAlerts } from '../../core/alert-channels.ts'
import type { AlertSettings, Instance } from '../../core/configuration.ts'
import type { Destination } from '../../core/destination.ts'
import { SECRET_SHOWN } from '../../core/edit/instances.ts'
import type { Json, JsonObject } from '../../core/event.ts'
import { type Mask, maskOf, secretsIn } from '../../core/mask.ts'
import type { RecordedChange, Store } from '../store/store.ts'
import type { AuditDetails } from './audit-note.ts'

/** More than one change touches at once. */
const GROUP_MAX = 1_000
/** Names behind which a secret stands, wherever they are. What a kind of destination calls secret is masked besides. */
const SECRET_NAME = /^(key|.*(write_?keys?|secret|password|token|api_?key|credential|authorization)s?)$/i

/** What a change of the configuration was, as it may be kept for ever: without secrets. */
export function changeDetails(
  store: Pick<Store, 'changes'>,
  catalogue: ReadonlyMap<string, Destination>,
): (number: number) => Promise<AuditDetails> {
  return async (number) => {
    const [change] = await store.changes({ number }, 1)
    if (change === undefined) return {}
    const group = (await store.changes({ group: change.group }, GROUP_MAX)).toReversed()
    const [first = change] = group
    const side = (name: 'before' | 'after') => sideOf(group, name, catalogue)
    return { of: { type: first.what, id: first.id }, ...side('before'), ...side('after') }
  }
}

/** One thing by itself; several by what they are: `{ "source web": …, "destination heap": … }`. */
function sideOf(
  group: readonly RecordedChange[],
  name: 'before' | 'after',
  catalogue: ReadonlyMap<string, Destination>,
): AuditDetails {
  const there = group.flatMap((change) => {
    const item = change[name]
    return item === undefined
      ? []
      : [[`${change.what} ${change.id}`, withoutSecrets(change.what, item, catalogue)] as const]
  })
  const [only] = there
  if (only === undefined) return {}
  return { [name]: group.length === 1 ? only[1] : Object.fromEntries(there) }
}

/** A source, a destination or the settings of alerts, with every secret as `***`. */
export function withoutSecrets(
  what: RecordedChange['what'],
  item: NonNullable<RecordedChange['before']>,
  catalogue: ReadonlyMap<string, Destination>,
): Json {
  if (what === 'alerts') return shownAlerts(item as AlertSettings) as unknown as Json
  const plain = JSON.parse(JSON.stringify(item)) as JsonObject
  if (what === 'plan') return plain
  if (what !== 'destination') return maskNamed(plain)
  const { kind, settings } = item as Instance
  const fields = catalogue.get(kind)?.settings ?? {}
  // A key may stand in the query of an address as well.
  const mask = maskOf(secretsIn(settings))
  const shown = Object.entries(settings).map(([name, value]): [string, Json] => {
    const isSecret = (fields[name]?.type ?? 'secret') === 'secret'
    return [name, isSecret ? SECRET_SHOWN : maskTexts(value as Json, mask)]
  })
  return { ...plain, settings: Object.fromEntries(shown) }
}

function maskTexts(value: Json, mask: Mask): Json {
  if (typeof value === 'string') return mask(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return (value as readonly Json[]).map((one) => maskTexts(one, mask))
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, maskTexts(one, mask)]))
}

function maskNamed(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return (value as readonly Json[]).map(maskNamed)
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      SECRET_NAME.test(name) ? maskAll(one) : maskNamed(one),
    ]),
  )
}

/** How many there are may be seen. */
function maskAll(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(maskAll)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, maskAll(one)]))
  }
  return value === null ? null : SECRET_SHOWN
}
