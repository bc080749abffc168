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
  readonly before?: Json
  readonly after?: Json
  /** Where it came from: address, browser and the request's id are taken from it. */
  readonly request?: FastifyRequest
}

/** Where it is written. */
export type Audit = {
  /** Resolves when it is on disk. @throws {AppError} AUDIT_UNAVAILABLE: then it must not happen either. */
  readonly note: (entry: AuditNote) => Promise<void>
}
