import type { hash, verify } from '@node-rs/argon2'
import { AppError } from '../../core/errors.ts'

/** argon2id: OWASP Password Storage Cheat Sheet, m = 19 MiB, t = 2, p = 1. A PHC string tells them, so they can be raised. */
export const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const
/** 38 MiB of memory and two threads of four. */
const AT_ONCE_MAX = 2
/** Each takes 10 to 30 ms: whoever would wait for more than a second or two is told so. */
const WAITING_MAX = 50
/** Of a password that nobody knows: what is checked where there is no person, so that it takes as long. */
const OF_NOBODY =
  '$argon2id$v=19$m=19456,t=2,p=1$P7oxtw0NnAoyxMlWn6Vb0Q$hIMPdms6o7TUwvV7n9p6OA+QPQRSmtEzkdcTz1cA/gQ'

export type Passwords = {
  /** A PHC string with a salt of its own. @throws {AppError} LOGIN_BUSY */
  readonly hash: (password: string) => Promise<string>
  /** Takes as long without a hash, and is then false. @throws {AppError} LOGIN_BUSY */
  readonly isRight: (hash: string | undefined, password: string) => Promise<boolean>
}

/** What hashes, so that a test can watch what is done. */
export type Argon2 = { readonly hash: typeof hash; readonly verify: typeof verify }

/** Native code, which comes with the first password. */
const LOADED: Argon2 = {
  hash: async (...given) => (await import('@node-rs/argon2')).hash(...given),
  verify: async (...given) => (await import('@node-rs/argon2')).verify(...given),
}

/** Hashes on the threads of Node's pool, two at once: neither ingest nor memory feels a crowd at the door. */
export function passwordHasher(argon2: Argon2 = LOADED): Passwords {
  const inTurn = turns(AT_ONCE_MAX, WAITING_MAX)
  return {
    hash: (password) => inTurn(() => argon2.hash(password.normalize('NFKC'), ARGON2ID)),
    async isRight(hashed, password) {
      const isSame = await inTurn(() => argon2.verify(hashed ?? OF_NOBODY, password.normalize('NFKC')))
      return isSame && hashed !== undefined
    },
  }
}

function turns(most: number, waiting_max: number) {
  let running = 0
  const waiting: (() => void)[] = []
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (running >= most) {
      if (waiting.length >= waiting_max) throw new AppError('LOGIN_BUSY', { most: waiting_max })
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running += 1
    try {
      return await work()
    } finally {
      // Whoever waits takes the place over.
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}
