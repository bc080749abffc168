import {
  action,
  type Delivery,
  destination,
  fields,
  type Planned,
  type PlannedRequest,
} from '../../../core/destination.ts'
import { judgeHttp } from '../../../core/judge.ts'
import type { Judgement } from '../../../core/outcome.ts'

const path = (name: string) => ({ '@path': `$.${name}` }) as const
const actions = {
  send: action({
    name: 'Send',
    help: 'Sends an event with others.',
    trigger: 'type = "track"',
    fields: {
      who: {
        type: 'string',
        label: 'Who',
        help: 'Who did it.',
        required: true,
        default: { '@first': [path('userId'), path('anonymousId')] },
      },
      id: { type: 'string', label: 'Id', help: 'Of the event.', required: true, default: path('messageId') },
      kind: { type: 'string', label: 'Kind', help: 'What it wants.', default: path('properties.kind') },
      note: { type: 'string', label: 'Note', help: 'Anything.' },
    },
  }),
}
type Parcel = Delivery<typeof actions>
const URL = 'https://bulk.sim'
const VISITS = 2
const VISIT_AFTER_MS = 3_000

/**
 * A receiver of batches with everything that a destination may ask of delivery: budgets, subjects, ends without a request,
 * requests that are begun and asked for again. An event's kind says what becomes of it.
 */
export const bulk = destination({
  mode: 'cloud',
  kind: 'bulk',
  name: 'Bulk',
  help: 'For the simulation.',
  settings: fields({}),
  actions,
  presets: ['send'],
  batch: { count_max: 200, bytes_max: 300_000, age_ms_max: 20 },
  budgets: () => ({
    all: { label: 'in 10 s', units_max: 1_000, window_ms: 10_000, scope: 'instance' },
    person: { label: 'in 10 s for one', units_max: 20, window_ms: 10_000, scope: 'subject' },
  }),
  subject: ({ values }) => values.who,
  uses: () => [
    { budget: 'all', units: 1 },
    { budget: 'person', units: 1 },
  ],
  /** In order: what stands before a visit goes before it. */
  plan(parcels) {
    const planned: Planned<typeof actions>[] = []
    let together: Parcel[] = []
    const sendTogether = () => {
      if (together.length > 0) planned.push(inOne(together))
      together = []
    }
    for (const parcel of parcels) {
      if (parcel.values.kind === 'same') planned.push({ end: { status: 'unchanged' }, deliveries: [parcel] })
      else if (parcel.values.kind !== 'slow') together.push(parcel)
      else {
        sendTogether()
        planned.push(visit(parcel))
      }
    }
    sendTogether()
    return planned
  },
  judge: (response, _request, now_ms) => judgeHttp(response, now_ms),
})

function item({ values, idempotencyKey }: Parcel) {
  return { key: idempotencyKey, id: values.id }
}

function inOne(parcels: readonly Parcel[]): PlannedRequest<typeof actions> {
  return { request: { method: 'POST', url: `${URL}/batch`, json: parcels.map(item) }, deliveries: parcels }
}

/** Taken with the last visit only. */
function visit(parcel: Parcel): PlannedRequest<typeof actions> {
  const visits = typeof parcel.state === 'number' ? parcel.state : 0
  if (visits === VISITS) return inOne([parcel])
  return {
    request: { method: 'POST', url: `${URL}/visit`, json: [item(parcel)] },
    deliveries: [parcel],
    judge(response, now_ms): Judgement {
      const judged = judgeHttp(response, now_ms)
      return judged.status === 'delivered'
        ? { status: 'later', wait_ms: VISIT_AFTER_MS, state: visits + 1 }
        : judged
    },
  }
}
