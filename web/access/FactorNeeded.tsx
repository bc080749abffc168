import { useQueryClient } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { AddFactor } from '../account/AddFactor.tsx'
import { Outside } from './Outside.tsx'

/** Where an admin asks it of everybody: before anything else is shown, a second factor is added. */
export function FactorNeeded(): ReactElement {
  const client = useQueryClient()
  return (
    <Outside title="Add a second factor">
      <p>An admin asks everybody to log in with a code of their phone, besides the password.</p>
      <AddFactor onDone={() => void client.invalidateQueries()} />
    </Outside>
  )
}
