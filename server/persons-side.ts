import { setTimeout as waitFor } from 'node:timers/promises'
import type { Logger } from 'pino'
import { catalogue } from '../destinations/index.ts'
import type { Persons } from './admin/person-routes.ts'
import { httpSender } from './delivery/send.ts'
import type { ErasedRows, Erasure } from './ledger/erase.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { EventLog } from './log/log.ts'
import { type Allowed, addressRule } from './net/address-rule.ts'
import { type DeletionDeps, deletions } from './persons/deletions.ts'
import { findPerson } from './persons/find.ts'
import { personHash } from './persons/hash.ts'
import type { Suppression } from './persons/suppression.ts'
import { canDelete, tell } from './persons/tell.ts'
import type { Store } from './store/store.ts'

const BREATHE_MS = 2

export type PersonsSideDeps = {
  readonly store: Store
  readonly log: EventLog
  readonly ledger: Ledger
  readonly salt: string
  readonly suppression: Suppression
  readonly erase: (person: Erasure) => Promise<ErasedRows>
  readonly forgetTexts: () => Promise<void>
  /** Left out: no other process has these people too. */
  readonly others?: DeletionDeps['others']
  readonly config: { readonly allowPrivate: Allowed }
  readonly logger: Logger
}

/** Puts together what finds and deletes people. */
export function personsSide(deps: PersonsSideDeps) {
  const { store, log, ledger, suppression } = deps
  const hash = personHash(deps.salt)
  const sender = httpSender({ connections: 1, rule: addressRule(deps.config.allowPrivate) })
  const telling = { send: sender.send, now_ms: Date.now, random: Math.random }
  const engine = deletions({
    ...{ log, store, hash, suppression, erase: deps.erase, forgetTexts: deps.forgetTexts },
    ...{ now_ms: Date.now, wait },
    ...(deps.others && { others: deps.others }),
    onTrouble: (error) => deps.logger.error({ err: error }, 'A deletion of a person does not get on'),
    async tell(ids, told) {
      const instance = (await store.read()).instances.find(({ id }) => id === told.destination)
      const destination = catalogue.get(instance?.kind ?? '')
      if (instance === undefined || !canDelete(destination))
        return { ...told, state: 'refused', text: 'The destination was removed.', at_ms: Date.now() }
      return tell(telling, instance, destination, ids, told)
    },
  })
  engine.start()
  const persons: Persons = {
    find: (person) =>
      findPerson(
        { log, ledger, clock_ms: () => performance.now(), breathe: () => waitFor(BREATHE_MS) },
        person,
      ),
    begin: engine.begin,
    hash,
    suppress: suppression.add,
    unsuppress: suppression.remove,
  }
  return {
    persons,
    async stop(): Promise<void> {
      await engine.stop()
      await sender.close()
    },
  }
}

async function wait(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await waitFor(ms, undefined, { signal })
    return true
  } catch {
    return false
  }
}
