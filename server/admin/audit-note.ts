import type { FastifyRequest } from 'fastify'
import type { ErrorCode } from '../../core/errors.ts'
import type { Json } from '../../core/event.ts'
import type { Caller } from './router.ts'

/** One thing that somebody did, or was refused. Nothing in it may be a secret: what stands here is kept, and exported. */
export type AuditNote = {
  /** `{ name: 'nobody', via: 'nobody' }` where it is not known, and `{ name: 'the server', via: 'system' }`. */
  readonly who: { readonly name: string; readonly via: Caller['via'] | 'system'; readonly id?: string }
  /** The route, such as `PATCH /admin/v1/sources/:id`, or a word for what has none: `login.failed`. */
  readonly what: string
  /** What it was done to. */
  readonly of?: { readonly type: string; readonly id: string }
  readonly outcome: 'ok' | ErrorCode
  /** The number of the change of the configuration. */
  readonly change?: number
  readonly before?: Json
  readonly after?: Json
  /** Where it came from: address, browser and the request's id are taken from it. */
  readonly request?: FastifyRequest
}
/** What is only known when it is done. */
export type AuditDetails = Pick<AuditNote, 'of' | 'change' | 'before' | 'after'>

/** Where it is written. */
export type Audit = {
  /** Resolves when it is on disk. @throws {AppError} AUDIT_UNAVAILABLE: then it must not happen either. */
  readonly note: (entry: AuditNote) => Promise<void>
}
/** What the router needs of it: things that begin and end. */
export type AuditTrail = Audit & {
  /**
   * Notes that something is about to be done; what it gives notes how that ended. A server that dies between the two leaves
   * an entry that says `unfinished`.
   *
   * @throws {AppError} AUDIT_UNAVAILABLE
   */
  readonly begin: (
    entry: Omit<AuditNote, 'outcome'>,
  ) => Promise<(outcome: AuditNote['outcome'], details: AuditDetails) => Promise<void>>
}
