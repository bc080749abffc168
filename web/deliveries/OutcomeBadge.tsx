import type { ReactElement } from 'react'
import { type State, StateBadge } from '../ui/StateBadge.tsx'
import { outcomeLook } from './outcomes.ts'

/** What an attempt came to, in the words of a person who asks whether the events arrived. */
export function OutcomeBadge({ outcome }: { readonly outcome: string }): ReactElement {
  const { state, text } = outcomeLook(outcome)
  return <StateBadge state={state as State} text={text} />
}
