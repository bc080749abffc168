import { useQuery } from '@tanstack/react-query'
import { MAY } from '../../contract/roles.ts'
import { queries } from './queries.ts'
import { rightsText } from './rights.ts'

/** Whether the person may do what needs this, and if not, why. Until it is known who they are, they may. */
export function useMay(needs: 'edit' | 'manage'): {
  readonly may: boolean
  readonly why: string | undefined
} {
  const role = useQuery(queries.login()).data?.me?.role
  const may = role === undefined || MAY[role].includes(needs)
  return { may, why: may ? undefined : rightsText({ needs, role }) }
}

/** Whether what events say about persons is shown to this person. */
export function useSeesPersonal(): boolean {
  return useQuery(queries.login()).data?.me?.personal ?? true
}
