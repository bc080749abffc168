import type { State } from '../ui/StateBadge.tsx'

type Look = { readonly state: State; readonly text: string; readonly help: string }

/** The outcomes of attempts, in the order in which a person would ask for them. */
export const OUTCOME_LOOKS: Readonly<Record<string, Look>> = {
  delivered: { state: 'delivered', text: 'delivered', help: 'The receiver has taken it.' },
  refused: {
    state: 'dead letter',
    text: 'refused',
    help: 'The receiver will not take it. Of several events the guilty ones are found by sending parts again; they end as dead letters.',
  },
  retry: {
    state: 'backing off',
    text: 'to be repeated',
    help: 'It did not come through this time. The same request is sent again by itself.',
  },
  continue: {
    state: 'delivered',
    text: 'first step done',
    help: 'The receiver took this step; the next one follows.',
  },
  parked: {
    state: 'parked',
    text: 'set aside',
    help: 'The receiver fails for this event while it takes others. It is tried again on a schedule of its own.',
  },
  later: { state: 'pending', text: 'in work', help: 'The receiver has begun, and is asked again later.' },
}
const UNKNOWN: Look = { state: 'pending', text: '', help: '' }

export function outcomeLook(outcome: string): Look {
  return OUTCOME_LOOKS[outcome] ?? { ...UNKNOWN, text: outcome }
}
