import type { FastifyRequest } from 'fastify'
import type { Route } from '../../contract/route.ts'
import { AppError } from '../../core/errors.ts'
import type { AuditDetails, AuditTrail } from './audit-note.ts'
import type { Access, Caller } from './router.ts'

/** What the router needs, to note what people do. */
export type Auditing = {
  readonly audit: AuditTrail
  /** What a change of the configuration changed, without secrets. */
  readonly detailsOfChange: (number: number) => Promise<AuditDetails>
  /** False: this caller has been refused so often that one more is not noted. */
  readonly mayNoteRefusal: (caller: string) => boolean
}
type Doing = {
  readonly who: Caller
  readonly request: FastifyRequest
  /** Adds what only the route knows. */
  readonly note: (details: AuditDetails) => void
}

/** Whether the audit log tells of a route: of each that changes something as somebody, and of those that say so. */
export function isNoted(name: string, { needs, noted }: Route): boolean {
  return noted === true || (!name.startsWith('GET ') && needs !== 'nobody' && needs !== 'view')
}

/**
 * Runs what a route does between two notes: what could not be noted is not begun, and an end that could not be noted is
 * answered as one. Undefined where the route is not noted.
 */
export function audited(name: string, route: Route, auditing: Auditing | undefined) {
  if (auditing === undefined || !isNoted(name, route)) return undefined
  const { audit, detailsOfChange, mayNoteRefusal } = auditing

  return {
    async run(
      { who, request }: Pick<Doing, 'who' | 'request'>,
      act: (note: Doing['note']) => Promise<unknown>,
    ): Promise<unknown> {
      const given: AuditDetails = ofParams(name, request.params as Params)
      const end = await audit.begin({ who: whoOf(who), what: name, request, ...given })
      let told: AuditDetails = {}
      try {
        const answer = await act((details) => {
          told = { ...told, ...details }
        })
        const change = numberOf(answer)
        const changed = change === 0 ? {} : { change, ...(await detailsOfChange(change)) }
        await end('ok', { ...ofAnswer(name, answer), ...changed, ...given, ...told })
        return answer
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'AUDIT_UNAVAILABLE')) {
          await end(error instanceof AppError ? error.code : 'INTERNAL', { ...given, ...told })
        }
        throw error
      }
    },
    /** Notes that somebody who is known was not allowed to. Strangers are not noted: they could fill the disk. */
    async refused(request: FastifyRequest, access: Access, error: unknown): Promise<void> {
      if (!(error instanceof AppError) || error.status !== 403) return
      const who = await access(request, 'view').catch(() => undefined)
      if (who === undefined || who.via === 'nobody' || !mayNoteRefusal(who.id ?? who.name)) return
      const given = ofParams(name, request.params as Params)
      await audit.note({ who: whoOf(who), what: name, request, outcome: error.code, ...given })
    },
  }
}

type Params = Readonly<Record<string, string>>

const whoOf = ({ name, via, id }: Caller) => ({ name, via, ...(id === undefined ? {} : { id }) })

/** `{ type: 'source', id: 'web' }` of `PATCH /admin/v1/sources/:id`. */
function ofParams(name: string, { id }: Params): AuditDetails {
  return id === undefined ? {} : { of: { type: typeOf(name), id } }
}

function ofAnswer(name: string, answer: unknown): AuditDetails {
  const made = answer as Readonly<Record<string, unknown>> | undefined
  const things = [made?.['saved'], made, ...Object.values(made ?? {})] as (
    | { id?: unknown }
    | undefined
    | null
  )[]
  const id = things
    .map((thing) => thing?.id)
    .find((one) => typeof one === 'string' || typeof one === 'number')
  return id === undefined ? {} : { of: { type: typeOf(name), id: String(id) } }
}

const SINGULAR: Readonly<Record<string, string>> = { people: 'person' }

function typeOf(name: string): string {
  const plural = name.split('/')[3] ?? ''
  return SINGULAR[plural] ?? plural.replace(/s$/, '')
}

function numberOf(answer: unknown): number {
  const { change } = (answer ?? {}) as { readonly change?: unknown }
  return typeof change === 'number' ? change : 0
}
