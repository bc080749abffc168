import { AppError } from '../../core/errors.ts'
import type { SpecEvent } from '../../core/event.ts'
import { SUPPRESSED_MAX, type Suppressed } from '../../core/persons/deletion.ts'
import { type IdKind, idsOfEvent, maskedId } from '../../core/persons/person.ts'
import type { PersonStore } from '../store/persons.ts'
import type { PersonHash } from './hash.ts'

export type Suppression = Awaited<ReturnType<typeof suppressionList>>

/**
 * Who is suppressed. Ingest asks for every event, so the hashes are in memory; while there are none, nothing is hashed.
 */
export async function suppressionList(
  store: Pick<PersonStore, 'suppressed' | 'suppress' | 'unsuppress'>,
  hash: PersonHash,
) {
  const hashes = new Set((await store.suppressed()).map((one) => one.hash))
  return {
    /** Whether the event carries an id of somebody on the list. */
    isSuppressed(event: SpecEvent): boolean {
      return hashes.size > 0 && idsOfEvent(event).some(([kind, id]) => hashes.has(hash(kind, id)))
    },
    list: () => store.suppressed(),
    /** Another process has changed the list. */
    async reload(): Promise<void> {
      const now = new Set((await store.suppressed()).map((one) => one.hash))
      for (const one of now) hashes.add(one)
      for (const one of hashes) if (!now.has(one)) hashes.delete(one)
    },
    /** @throws {AppError} CONFIG_INVALID when the list is full */
    async add(ids: readonly (readonly [IdKind, string])[], { by, at_ms }: { by: string; at_ms: number }) {
      if (hashes.size + ids.length > SUPPRESSED_MAX) {
        const problem = `is over the limit of ${SUPPRESSED_MAX} ids`
        throw new AppError('CONFIG_INVALID', { problems: [{ at: ['suppressed'], problem }] })
      }
      const people = ids.map(([kind, id]): Suppressed => {
        return { hash: hash(kind, id), kind, masked: maskedId(id), by, at_ms }
      })
      await store.suppress(people)
      for (const one of people) hashes.add(one.hash)
      return people
    },
    /** False when nobody was there. */
    async remove(one: string): Promise<boolean> {
      const isGone = await store.unsuppress(one)
      hashes.delete(one)
      return isGone
    },
  }
}
