import type { ReactElement } from 'react'
import { DeadLettersPage } from '../dead-letters/DeadLettersPage.tsx'
import { useDestination } from './destination.ts'
import { NoHistory } from './NoHistory.tsx'

export function DeadLetters(): ReactElement {
  const { id, mode } = useDestination()
  return mode === 'web' ? <NoHistory /> : <DeadLettersPage key={id} />
}
