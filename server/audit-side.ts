import type { Destination } from '../core/destination.ts'
import { seesPersonal } from './access/access.ts'
import type { AccessDb } from './access/access-db.ts'
import type { Person } from './access/access-store.ts'
import { type AuditNote, auditLog } from './access/audit.ts'
import { auditRoutes } from './access/audit-routes.ts'
import { sqliteAccessStore } from './access/sqlite-store.ts'
import { tokenRoutes } from './access/token-routes.ts'
import { type Maker, tokens } from './access/tokens.ts'
import type { Auditing } from './admin/audited.ts'
import { changeDetails } from './admin/change-details.ts'
import type { AdminRouter } from './admin/router.ts'
import { rateLimiter } from './http/rate-limit.ts'
import type { Store } from './store/store.ts'

const DAY_MS = 86_400_000
const TRIM_EVERY_MS = DAY_MS / 4
/** Who is refused more often than this is noted no more: a viewer must not be able to fill the disk. */
const REFUSALS = { perSecond: 1 / 60, burst: 30, keys_max: 10_000 }
const THE_SERVER: AuditNote['who'] = { name: 'the server', via: 'system' }

type AuditSideDeps = {
  readonly db: AccessDb
  readonly store: Store
  readonly catalogue: ReadonlyMap<string, Destination>
  /** 0: for ever. */
  readonly age_ms_max: number
  readonly now_ms: () => number
  readonly onFault: (error: unknown) => void
}

/** Tokens and what was done, put together. */
export function auditSide({ db, store, catalogue, age_ms_max, now_ms, onFault }: AuditSideDeps) {
  const audit = auditLog(db, { now_ms, onFault })
  const people = sqliteAccessStore(db)
  const known = tokens(db, { now_ms, maker: (id) => people.person({ id }).then(makerOf), onFault })
  const detailsOfChange = changeDetails(store, catalogue)
  const limiter = rateLimiter({ ...REFUSALS, now_ms })
  const auditing: Auditing = {
    ...{ audit, detailsOfChange },
    mayNoteRefusal: (caller) => limiter.take(caller) === 0,
  }
  const trim = () => (age_ms_max === 0 ? undefined : audit.trim(now_ms() - age_ms_max).catch(onFault))
  const timer = setInterval(trim, TRIM_EVERY_MS)
  timer.unref()
  void trim()

  return {
    ...{ audit, auditing },
    findToken: known.find,
    /** What the server does by itself goes on when it cannot be noted: events are taken all the same. */
    async noteOwn(what: string, details: Pick<AuditNote, 'of' | 'change' | 'before' | 'after'> = {}) {
      await audit.note({ who: THE_SERVER, what, outcome: 'ok', ...details }).catch(() => {})
    },
    mount(router: AdminRouter): void {
      tokenRoutes(router, { tokens: known, now_ms })
      auditRoutes(router, { audit })
    },
    stop: () => clearInterval(timer),
  }
}

/** What a person may whose token it is. */
export function makerOf(person: Person | undefined): Maker | undefined {
  if (person === undefined) return undefined
  const { role, disabled } = person
  return { role, disabled, personal: seesPersonal(person) }
}

export type AuditSide = ReturnType<typeof auditSide>
