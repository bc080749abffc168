import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { AppError } from '../../../core/errors.ts'

/** A server, and who one is there. */
export type Profile = {
  readonly url: string
  readonly token?: string
  readonly email?: string
  readonly expiresAt?: string
}
/** `current` is used where nothing else is said. */
export type Profiles = { readonly current: string; readonly profiles: Readonly<Record<string, Profile>> }

export const PROFILE_DEFAULT = 'default'
export const PROFILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const NONE: Profiles = { current: PROFILE_DEFAULT, profiles: {} }
/** Tokens are secrets: for the owner alone. */
const FILE_MODE = 0o600
const FOLDER_MODE = 0o700

/** `~/.config/millrace/config.json`, or below `XDG_CONFIG_HOME` where that is set. */
export function profilesFile(environment: (name: string) => string | undefined): string {
  // "All paths must be absolute. If a relative path is encountered, ignore it": XDG Base Directory 0.8.
  const given = environment('XDG_CONFIG_HOME') ?? ''
  const base = given.startsWith('/') ? given : join(environment('HOME') || homedir(), '.config')
  return join(base, 'millrace', 'config.json')
}

/** @throws {AppError} OPTION_INVALID when it is there and cannot be understood. */
export function readProfiles(file: string): Profiles {
  try {
    const { current = PROFILE_DEFAULT, profiles = {} } = JSON.parse(readFileSync(file, 'utf8')) as Profiles
    return { current, profiles }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return NONE
    throw new AppError('OPTION_INVALID', { file, problem: (cause as Error).message }, { cause })
  }
}

/** Whole or not at all; nobody else can read it. */
export function writeProfiles(file: string, profiles: Profiles): void {
  mkdirSync(dirname(file), { recursive: true, mode: FOLDER_MODE })
  const beside = `${file}.new`
  writeFileSync(beside, `${JSON.stringify(profiles, undefined, 2)}\n`, { mode: FILE_MODE })
  chmodSync(beside, FILE_MODE)
  renameSync(beside, file)
}
