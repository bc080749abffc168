import { createContext, useContext } from 'react'
import type { Answer } from '../api/api.ts'

export type Destination = Answer<'GET /admin/v1/destinations/:id'>
export type Kind = Answer<'GET /admin/v1/catalogue'>['destinations'][number]
type Shown = { readonly destination: Destination; readonly kind: Kind | undefined }

/** The destination whose page this is: the page waits for it before it shows a tab. */
export const DestinationContext = createContext<Shown | undefined>(undefined)

export function useDestination(): Destination {
  return useShown().destination
}

/** Undefined for a kind that this version does not have. */
export function useKind(): Kind | undefined {
  return useShown().kind
}

function useShown(): Shown {
  const shown = useContext(DestinationContext)
  if (shown === undefined) throw new Error('This belongs on the page of a destination.')
  return shown
}
