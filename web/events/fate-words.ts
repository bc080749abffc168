import type { Answer } from '../api/api.ts'
import type { IconName } from '../ui/Icon.tsx'
import type { Tone } from '../ui/StateBadge.tsx'

export type Detail = Answer<'GET /admin/v1/events/:address'>
export type Fate = Detail['destinations'][number]
export type Delivery = Fate['deliveries'][number]
export type Attempt = Fate['attempts'][number]
export type FateName = Fate['fate']

type Look = {
  readonly tone: Tone
  readonly icon: IconName
  /** As the last station of the line. */
  readonly title: string
  readonly text: string
}

/** What became of an event, in words that say who did what. */
export const FATE_LOOKS: Readonly<Record<FateName, Look>> = {
  delivered: { tone: 'good', icon: 'check', title: 'Delivered', text: '' },
  unchanged: {
    tone: 'good',
    icon: 'check',
    title: 'Nothing new to tell',
    text: 'The destination had been told all of this before, so nothing was sent.',
  },
  pending: { tone: 'wait', icon: 'clock', title: 'Waiting', text: 'The destination has not got to it yet.' },
  parked: {
    tone: 'wait',
    icon: 'clock',
    title: 'Waiting for its turn',
    text: 'This person has sent more than the destination takes at once; those that are over wait, in order.',
  },
  'dead letter': { tone: 'bad', icon: 'cross', title: 'Dead letter', text: '' },
  discarded: { tone: 'off', icon: 'minus', title: 'Discarded', text: 'No action wanted it:' },
  filtered: { tone: 'off', icon: 'filter', title: 'Filtered', text: '' },
  off: { tone: 'off', icon: 'minus', title: 'Off', text: 'The destination is off, so events pass it by.' },
  'in pages': {
    tone: 'off',
    icon: 'globe',
    title: 'Sent by the page itself',
    text: 'The browser sends it straight to the receiver, so nothing of it is seen here.',
  },
  'not connected then': {
    tone: 'off',
    icon: 'minus',
    title: 'Not sent',
    text: 'When it came, the destination was not connected to the source, or did not want it.',
  },
  'no trace': {
    tone: 'off',
    icon: 'info',
    title: 'No trace',
    text: 'It came before the destination was connected, or what was sent of it has left the history.',
  },
}

export const OUTCOME_LOOKS: Readonly<
  Record<Attempt['outcome'], { readonly tone: Tone; readonly icon: IconName; readonly words: string }>
> = {
  delivered: { tone: 'good', icon: 'check', words: 'taken' },
  retry: { tone: 'wait', icon: 'retry', words: 'to be tried again' },
  refused: { tone: 'bad', icon: 'cross', words: 'refused' },
  continue: { tone: 'wait', icon: 'arrow-right', words: 'taken in part; the rest goes on' },
  later: { tone: 'wait', icon: 'clock', words: 'put off until later' },
  parked: { tone: 'wait', icon: 'hold', words: 'set aside: it fails alone' },
}

/** Something may still become of it. */
export function isUnderWay({ destinations }: Detail): boolean {
  return destinations.some(({ fate, deliveries }) =>
    [fate, ...deliveries.map((one) => one.fate)].some((one) => one === 'pending' || one === 'parked'),
  )
}
