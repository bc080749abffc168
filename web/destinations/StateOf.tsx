import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { queries } from '../api/queries.ts'
import { StateBadge } from '../ui/StateBadge.tsx'
import { type ShownState, shownState } from './shown-state.ts'

type Destination = Parameters<typeof shownState>[0] & { readonly id: string }

/** The state of a destination as every page calls it. */
export function useShownState(destination: Destination): ShownState {
  return shownState(destination, useQuery(queries.rates()).data?.destinations[destination.id])
}

/** The same as a badge; why it is so stands on hover. */
export function StateOf({ destination }: { readonly destination: Destination }): ReactElement {
  const { state, problem } = useShownState(destination)
  return (
    <span title={problem?.text}>
      <StateBadge state={state} />
    </span>
  )
}
