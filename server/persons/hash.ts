import { createHmac, randomBytes } from 'node:crypto'
import type { IdKind } from '../../core/persons/person.ts'
import type { Store } from '../store/store.ts'

const SALT_BYTES = 32
const SALT = 'salt'

/** A hash of an id that nobody can make who has not this installation's salt. */
export type PersonHash = (kind: IdKind, id: string) => string

/** The salt of this installation: drawn at its first start, and kept with the configuration. */
export async function installationSalt(store: Pick<Store, 'kept' | 'keep'>): Promise<string> {
  const kept = await store.kept(SALT)
  if (typeof kept === 'string') return kept
  const drawn = randomBytes(SALT_BYTES).toString('hex')
  await store.keep(SALT, drawn)
  return drawn
}

export function personHash(salt: string): PersonHash {
  return (kind, id) => createHmac('sha256', salt).update(`${kind}\n${id}`).digest('base64url')
}
