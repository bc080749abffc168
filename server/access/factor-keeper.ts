import { AppError } from '../../core/errors.ts'
import { type Sealer, sealingKeyIdOf } from '../secrets/sealer.ts'
import type { AccessStore, Person } from './access-store.ts'
import { factorSetUp, newFactorSecret, newRecoveryCodes, recoveryHashOf, stepOf } from './second-factor.ts'
import { shortLived } from './short-lived.ts'

const SET_UP_MS_MAX = 900_000
const SET_UPS_MAX = 1_000

export type FactorKeeper = ReturnType<typeof factorKeeper>
type Deps = {
  readonly store: AccessStore
  /** Undefined: secrets are kept as they are, in a file that only this user reads. */
  readonly sealer: Sealer | undefined
  readonly now_ms: () => number
}

/** The second factor of people: codes of an app (TOTP), and recovery codes for whoever has lost it. */
export function factorKeeper({ store, sealer, now_ms }: Deps) {
  const begun = shortLived<string>({ age_ms_max: SET_UP_MS_MAX, count_max: SET_UPS_MAX, now_ms })
  const placeOf = ({ id }: Person) => `people/${id}/factor_secret`

  async function isCode(person: Person, code: string): Promise<boolean> {
    if (person.factor === undefined) return false
    const step = stepOf(opened(sealer, placeOf(person), person.factor), code, now_ms())
    return step !== undefined && (await store.spendStep(person.id, step))
  }
  return {
    /** What the app must know. It is on once a code of it was given. */
    begin(person: Person) {
      const secret = newFactorSecret()
      begun.keep(person.id, secret)
      return factorSetUp(secret, person.email)
    },
    /** Gives the recovery codes. @throws {AppError} CODE_WRONG */
    async turnOn(person: Person, code: string): Promise<readonly string[]> {
      const secret = begun.get(person.id)
      const step = secret === undefined ? undefined : stepOf(secret, code, now_ms())
      if (secret === undefined || step === undefined) throw new AppError('CODE_WRONG')
      begun.take(person.id)
      const codes = newRecoveryCodes()
      const sealed = sealer?.seal(placeOf(person), secret) ?? secret
      await store.setFactor(person.id, { secret: sealed, codeHashes: codes.map(recoveryHashOf) })
      await store.spendStep(person.id, step)
      return codes
    },
    turnOff: (person: Person) => store.setFactor(person.id, undefined),
    async renewCodes(person: Person): Promise<readonly string[]> {
      const codes = newRecoveryCodes()
      await store.setRecoveryCodes(person.id, codes.map(recoveryHashOf))
      return codes
    },
    /** A code of the app, or a recovery code: each is good once. */
    accepts: async (person: Person, code: string): Promise<boolean> =>
      (await isCode(person, code)) || store.spendRecoveryCode(person.id, recoveryHashOf(code)),
  }
}

/** One from before there was a sealer is not sealed. */
function opened(sealer: Sealer | undefined, place: string, kept: string): string {
  if (sealingKeyIdOf(kept) === undefined) return kept
  if (sealer === undefined) throw new AppError('SEALED_UNREADABLE', { place, problem: 'there is no key' })
  return sealer.open(place, kept)
}
