import type { ReactElement } from 'react'
import { classNames } from './class-names.ts'
import { Icon, type IconName } from './Icon.tsx'

export type Tone = 'good' | 'wait' | 'bad' | 'off'
export type State =
  | 'flowing'
  | 'idle'
  | 'waiting for budget'
  | 'backing off'
  | 'held'
  | 'paused'
  | 'off'
  | 'failing'
  | 'in pages'
  | 'delivered'
  | 'unchanged'
  | 'discarded'
  | 'filtered'
  | 'refused'
  | 'duplicate'
  | 'erased'
  | 'parked'
  | 'pending'
  | 'not connected then'
  | 'dead letter'

const LOOKS: Readonly<Record<State, { readonly tone: Tone; readonly icon: IconName }>> = {
  flowing: { tone: 'good', icon: 'flow' },
  idle: { tone: 'off', icon: 'clock' },
  'waiting for budget': { tone: 'wait', icon: 'clock' },
  'backing off': { tone: 'wait', icon: 'retry' },
  held: { tone: 'bad', icon: 'hold' },
  paused: { tone: 'wait', icon: 'pause' },
  off: { tone: 'off', icon: 'minus' },
  failing: { tone: 'bad', icon: 'warning' },
  'in pages': { tone: 'good', icon: 'globe' },
  delivered: { tone: 'good', icon: 'check' },
  unchanged: { tone: 'good', icon: 'check' },
  discarded: { tone: 'off', icon: 'minus' },
  filtered: { tone: 'off', icon: 'filter' },
  refused: { tone: 'wait', icon: 'cross' },
  duplicate: { tone: 'off', icon: 'duplicate' },
  erased: { tone: 'off', icon: 'cross' },
  parked: { tone: 'wait', icon: 'clock' },
  pending: { tone: 'wait', icon: 'clock' },
  'not connected then': { tone: 'off', icon: 'minus' },
  'dead letter': { tone: 'bad', icon: 'cross' },
}

const TONES: Readonly<Record<Tone, string>> = {
  good: 'bg-good-soft text-good',
  wait: 'bg-wait-soft text-wait',
  bad: 'bg-bad-soft text-bad',
  off: 'bg-off-soft text-off',
}

export function toneOf(state: State): Tone {
  return LOOKS[state].tone
}

/** A state in a word, an icon and a colour; never in colour alone. */
export function StateBadge({
  state,
  text = state,
}: {
  readonly state: State
  /** In place of the state's own word: "failing 12 min". */
  readonly text?: string
}): ReactElement {
  const { tone, icon } = LOOKS[state]
  return (
    <span
      className={classNames(
        'inline-flex items-center gap-1 rounded-full px-2 text-xs leading-5 font-medium whitespace-nowrap',
        TONES[tone],
      )}
    >
      <Icon name={icon} size={12} />
      {text}
    </span>
  )
}
