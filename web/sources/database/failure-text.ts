import type { PlacedProblem } from '../../../core/errors.ts'
import { isApiError } from '../../api/request.ts'
import { errorText } from '../../ui/ErrorState.tsx'

/** Why something with a database did not work: what the server says, and what the database says of it. */
export function failureText(error: Error): string {
  const { problem, problems } = isApiError(error) ? error.details : {}
  if (typeof problem === 'string') return problem
  if (!Array.isArray(problems)) return errorText(error)
  const said = (problems as readonly PlacedProblem[]).map(
    ({ at, problem: what }) => `${at.slice(1).join('.')} ${what}`,
  )
  return said.join('; ')
}
