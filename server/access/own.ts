import { AppError } from '../../core/errors.ts'
import type { Asked, Caller } from '../admin/router.ts'
import { lacksFactor, seesPersonal } from './access.ts'
import type { AccessStore, Person, Session } from './access-store.ts'
import type { Found } from './sessions.ts'

type Me = {
  readonly via: 'machine' | 'session' | 'token'
  readonly name: string
  readonly role: Person['role']
  readonly personal: boolean
  readonly id?: string
  readonly email?: string
  readonly login?: Session['via']
  readonly hasPassword: boolean
  readonly secondFactor: 'off' | 'on' | 'needed'
  readonly recoveryCodes: number
}
type Store = Pick<AccessStore, 'person' | 'sessions' | 'requiresFactor' | 'recoveryCodes'>

/** What a person sees of themselves. */
export async function meOf(store: Store, found: Found): Promise<Me> {
  const { person, session } = found
  const { id, email, name, role, factor, passwordHash } = person
  return {
    via: 'session',
    ...{ id, email, name, role, login: session.via },
    personal: seesPersonal(person),
    hasPassword: passwordHash !== undefined,
    secondFactor: factor !== undefined ? 'on' : (await lacksFactor(store, found)) ? 'needed' : 'off',
    recoveryCodes: await store.recoveryCodes(id),
  }
}

/** Of a machine or a token there is no more to say. Undefined: nobody. */
export async function meOfCaller(store: Store, who: Caller): Promise<Me | undefined> {
  switch (who.via) {
    case 'nobody':
      return undefined
    case 'machine':
    case 'token': {
      const { via, name, role, personal } = who
      return { via, name, role, personal, hasPassword: false, secondFactor: 'off', recoveryCodes: 0 }
    }
    case 'session':
      return meOf(store, await ownOf(store, who))
  }
}

/**
 * The person and the session that ask.
 *
 * @throws {AppError} LOGIN_OFF where it is no person, NOT_ALLOWED for a token, LOGIN_NEEDED when they are gone meanwhile
 */
export async function ownOf(store: Store, who: Asked<'GET /admin/v1/me'>['who']): Promise<Found> {
  if (who.via === 'machine') throw new AppError('LOGIN_OFF')
  if (who.via === 'token') throw new AppError('NOT_ALLOWED', { problem: 'a token is no person' })
  const person = who.id === undefined ? undefined : await store.person({ id: who.id })
  const session = (await store.sessions(person?.id ?? '')).find(({ id }) => id === who.session)
  if (person === undefined || session === undefined) throw new AppError('LOGIN_NEEDED')
  return { person, session }
}
