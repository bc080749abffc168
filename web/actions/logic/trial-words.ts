import type { TRIAL_CHANGES } from '../../../contract/catalogue.ts'
import { countText } from '../../ui/format.ts'

export type TrialChange = (typeof TRIAL_CHANGES)[number]
export type TrialCounts = Readonly<Partial<Record<TrialChange, number>>>

const WORDS: Readonly<Record<TrialChange, string>> = {
  same: 'same',
  changed: 'change',
  'newly sent': 'newly sent',
  'no longer sent': 'no longer sent',
  'newly refused': 'newly refused',
  'no longer refused': 'no longer refused',
}
/** Always told, also when there are none: what one looks for before saving. */
const ALWAYS: readonly TrialChange[] = ['same', 'changed', 'newly refused']
/** What needs a look first. */
const ORDER = [
  'newly refused',
  'no longer sent',
  'changed',
  'newly sent',
  'no longer refused',
  'same',
] as const satisfies readonly TrialChange[]

/** `982 same, 18 change, 0 newly refused`. */
export function trialText(counts: TrialCounts): string {
  const shown = (Object.keys(WORDS) as TrialChange[]).filter(
    (change) => (counts[change] ?? 0) > 0 || ALWAYS.includes(change),
  )
  return shown.map((change) => `${countText(counts[change] ?? 0)} ${WORDS[change]}`).join(', ')
}

/** The kinds of change that there are, what needs a look first; what stays the same is none. */
export function changesToSee(counts: TrialCounts): readonly TrialChange[] {
  return ORDER.filter((change) => change !== 'same' && (counts[change] ?? 0) > 0)
}
