import type { Answer } from '../api/api.ts'
import { countText, spanText } from '../ui/format.ts'
import { bytesText } from './facts.ts'

export type WorkPoint = Answer<'GET /admin/v1/work'>['points'][number]
type Figure = Exclude<keyof WorkPoint, 'at_ms'>
export type WorkRow = {
  readonly id: Figure
  readonly name: string
  readonly text: (value: number) => string
}

const perSecond = (value: number) =>
  `${value < 10 ? Number(value.toFixed(1)) : countText(Math.round(value))} a second`
const duration = (ms: number) => (ms < 1_000 ? `${Math.round(ms)} ms` : spanText(ms))
const share = (value: number) => `${Math.round(value * 100)} %`

/** What is shown of the server's work, and how each value is said. */
export const WORK_ROWS: readonly WorkRow[] = [
  { id: 'accepted_perSecond', name: 'Events taken', text: perSecond },
  { id: 'delivered_perSecond', name: 'Deliveries', text: perSecond },
  { id: 'ack_ms', name: 'Time to an answer (99 %)', text: duration },
  { id: 'lag_ms', name: 'Oldest event that waits', text: duration },
  { id: 'resident_bytes', name: 'Memory', text: bytesText },
  { id: 'disk_free_bytes', name: 'Disk free', text: bytesText },
  { id: 'busy_main', name: 'Ingest is busy', text: share },
  { id: 'busy_readers', name: 'Delivery is busy', text: share },
  { id: 'busy_lookups', name: 'Answering pages is busy', text: share },
  { id: 'delay_ms', name: 'Delay of a timer (99 %)', text: duration },
]

/** As many values as a line can show, each the highest of its part: a short peak stays to be seen. */
export function thinned(values: readonly number[], count_max: number): readonly number[] {
  const size = Math.max(1, Math.ceil(values.length / count_max))
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    Math.max(...values.slice(index * size, (index + 1) * size)),
  )
}
