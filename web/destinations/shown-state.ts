import { ALERT_DEFAULTS } from '../../core/alerts.ts'
import type { Answer } from '../api/api.ts'
import { countText } from '../ui/format.ts'
import type { State } from '../ui/StateBadge.tsx'

type DestinationState = Pick<Answer<'GET /admin/v1/destinations'>['destinations'][number], 'state' | 'reason'>
type Rate = Answer<'GET /admin/v1/rates'>['destinations'][string]

export type Problem = { readonly text: string; readonly isAboutDeadLetters: boolean }
export type ShownState = { readonly state: State; readonly problem: Problem | undefined }

/**
 * What every page calls the state of a destination. One that flows, and yet lost as large a share of the last hour to the
 * dead letters as alerts tell of, is failing. `rate` is undefined until rates are known.
 */
export function shownState({ state, reason }: DestinationState, rate: Rate | undefined): ShownState {
  const dead = rate?.dead ?? 0
  if (state !== 'flowing' || dead === 0) {
    return { state, problem: reason && { text: reason.text, isAboutDeadLetters: false } }
  }
  const what = dead === 1 ? 'new dead letter' : 'new dead letters'
  const text = `${countText(dead)} ${what} in the last hour`
  const percent = (dead / (dead + (rate?.delivered ?? 0))) * 100
  return {
    state: percent > ALERT_DEFAULTS.failing.percent ? 'failing' : state,
    problem: { text, isAboutDeadLetters: true },
  }
}
