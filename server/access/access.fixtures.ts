import type { Link, Person, Session } from './access-store.ts'

export function person(id: string, given: Partial<Person> = {}): Person {
  return {
    id,
    email: `${id}@example.com`,
    name: id,
    role: 'viewer',
    personal: false,
    disabled: false,
    passwordHash: undefined,
    factor: undefined,
    sso: undefined,
    createdAt_ms: 1_000,
    loginAt_ms: undefined,
    ...given,
  }
}

export function session(id: string, personId: string, given: Partial<Session> = {}): Session {
  return {
    hash: `hash of ${id}`,
    id,
    personId,
    via: 'password',
    createdAt_ms: 1_000,
    usedAt_ms: 1_000,
    address: '192.0.2.1',
    agent: 'A browser',
    ...given,
  }
}

export function link(id: string, given: Partial<Link> = {}): Link {
  return {
    hash: `hash of ${id}`,
    id,
    kind: 'invitation',
    email: `${id}@example.com`,
    role: 'editor',
    personal: true,
    personId: undefined,
    dropsFactor: false,
    by: 'ada',
    createdAt_ms: 1_000,
    expiresAt_ms: 2_000,
    ...given,
  }
}
