import { AppError } from '../../core/errors.ts'
import {
  type AccessStore,
  isAdmin,
  type Link,
  type LinkFilter,
  type Person,
  type PersonKey,
  SESSIONS_MAX,
  type Session,
} from './access-store.ts'

/** For tests: forgets everything at exit. */
export function memoryAccessStore(): AccessStore {
  const people = new Map<string, Person>()
  let sessions: readonly Session[] = []
  let links: readonly Link[] = []
  let requires = false
  const factors = factorsIn(people)

  const find = (key: PersonKey) => [...people.values()].find((person) => isOf(person, key))
  function checkFree(email: string, id: string): void {
    const other = find({ email })
    if (other !== undefined && other.id !== id) throw new AppError('EMAIL_TAKEN', { email })
  }
  function checkAdmins(before: Person, after: Person | undefined): void {
    const others = [...people.values()].filter(({ id }) => id !== before.id)
    const isLost = isAdmin(before) && (after === undefined || !isAdmin(after))
    if (isLost && !others.some(isAdmin)) throw new AppError('LAST_ADMIN')
  }
  return {
    people: async () => [...people.values()].sort((a, b) => (a.email < b.email ? -1 : 1)),
    person: async (key) => find(key),
    async addPerson(person) {
      checkFree(person.email, person.id)
      people.set(person.id, person)
    },
    async changePerson(id, change, may) {
      const before = people.get(id)
      if (before === undefined) return undefined
      const after = { ...before, ...change }
      checkFree(after.email, id)
      if (may?.loseLastAdmin !== true) checkAdmins(before, after)
      people.set(id, after)
      return after
    },
    async removePerson(id) {
      const before = people.get(id)
      if (before === undefined) return false
      checkAdmins(before, undefined)
      people.delete(id)
      sessions = sessions.filter(({ personId }) => personId !== id)
      links = links.filter(({ personId }) => personId !== id)
      await factors.setRecoveryCodes(id, [])
      return true
    },
    ...sessionsIn({
      get: () => sessions,
      set: (next) => {
        sessions = next
      },
      person: (id) => people.get(id),
      find,
    }),
    ...linksIn({
      get: () => links,
      set: (next) => {
        links = next
      },
    }),
    ...factors,
    requiresFactor: async () => requires,
    async requireFactor(isRequired) {
      requires = isRequired
    },
  }
}

function factorsIn(people: Map<string, Person>) {
  const steps = new Map<string, number>()
  let codes: readonly { readonly personId: string; readonly hash: string }[] = []
  return {
    async setFactor(
      personId: string,
      factor: { readonly secret: string; readonly codeHashes: readonly string[] } | undefined,
    ) {
      const person = people.get(personId)
      if (person === undefined) return
      people.set(personId, { ...person, factor: factor?.secret })
      steps.set(personId, -1)
      const theirs = (factor?.codeHashes ?? []).map((hash) => ({ personId, hash }))
      codes = [...codes.filter((code) => code.personId !== personId), ...theirs]
    },
    async setRecoveryCodes(personId: string, hashes: readonly string[]) {
      const theirs = hashes.map((hash) => ({ personId, hash }))
      codes = [...codes.filter((code) => code.personId !== personId), ...theirs]
    },
    recoveryCodes: async (personId: string) => codes.filter((code) => code.personId === personId).length,
    async spendRecoveryCode(personId: string, hash: string) {
      const left = codes.filter((code) => code.personId !== personId || code.hash !== hash)
      const isUsed = left.length < codes.length
      codes = left
      return isUsed
    },
    async spendStep(personId: string, step: number) {
      if (!people.has(personId) || step <= (steps.get(personId) ?? -1)) return false
      steps.set(personId, step)
      return true
    },
  }
}

type SessionDeps = {
  readonly get: () => readonly Session[]
  readonly set: (sessions: readonly Session[]) => void
  readonly person: (id: string) => Person | undefined
  readonly find: (key: PersonKey) => Person | undefined
}

function sessionsIn({ get, set, person: personOf, find }: SessionDeps) {
  const newest = (personId?: string) =>
    get()
      .filter((session) => personId === undefined || session.personId === personId)
      .sort((a, b) => b.usedAt_ms - a.usedAt_ms)
  const keep = (wanted: (session: Session) => boolean): number => {
    const before = get().length
    set(get().filter(wanted))
    return before - get().length
  }
  return {
    async addSession(session: Session) {
      set([...get(), session])
      const over = new Set(newest(session.personId).slice(SESSIONS_MAX))
      keep((one) => !over.has(one))
    },
    async session(hash: string) {
      const session = get().find((one) => one.hash === hash)
      const person = session === undefined ? undefined : personOf(session.personId)
      return session === undefined || person === undefined ? undefined : { session, person }
    },
    async touchSession(
      hash: string,
      { at_ms, address }: { readonly at_ms: number; readonly address: string },
    ) {
      set(get().map((one) => (one.hash === hash ? { ...one, usedAt_ms: at_ms, address } : one)))
    },
    sessions: async (personId?: string) => newest(personId),
    async knowsAddress(email: string, address: string) {
      const person = find({ email })
      return person !== undefined && newest(person.id).some((session) => session.address === address)
    },
    async endSessions(
      personId: string,
      which: { readonly id?: string; readonly butHash?: string } = {},
    ): Promise<number> {
      return keep(
        (one) =>
          one.personId !== personId ||
          one.hash === which.butHash ||
          (which.id !== undefined && one.id !== which.id),
      )
    },
    trimSessions: async (before: { readonly created_ms: number; readonly used_ms: number }) =>
      keep((one) => one.createdAt_ms >= before.created_ms && one.usedAt_ms >= before.used_ms),
  }
}

function linksIn({ get, set }: { get: () => readonly Link[]; set: (links: readonly Link[]) => void }) {
  const find = (hash: string) => get().find((link) => link.hash === hash)
  return {
    async addLink(link: Link) {
      set([link, ...get()])
    },
    link: async (hash: string) => find(hash),
    async takeLink(hash: string) {
      const link = find(hash)
      set(get().filter((one) => one !== link))
      return link
    },
    links: async (kind: Link['kind']) => get().filter((link) => link.kind === kind),
    async removeLinks(which: LinkFilter) {
      const before = get().length
      set(get().filter((link) => !fits(link, which)))
      return before - get().length
    },
  }
}

function fits(link: Link, { expired_ms, ...same }: LinkFilter): boolean {
  const isSame = Object.entries(same).every(([name, value]) => link[name as keyof Link] === value)
  return isSame && (expired_ms === undefined || link.expiresAt_ms <= expired_ms)
}

function isOf(person: Person, key: PersonKey): boolean {
  if ('id' in key) return person.id === key.id
  return 'email' in key ? person.email === key.email : person.sso === key.sso
}
