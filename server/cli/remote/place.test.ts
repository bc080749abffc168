import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { placeOf } from './place.ts'
import { profiled } from './profiled.ts'
import { profilesFile, readProfiles, writeProfiles } from './profiles.ts'

const KNOWN = {
  current: 'home',
  profiles: {
    home: { url: 'https://home.example', token: 'mr_home' },
    work: { url: 'https://work.example', token: 'mr_work' },
  },
}
const HOME = { url: 'https://home.example', token: 'mr_home' }
const WORK = { url: 'https://work.example', token: 'mr_work' }
type Row = readonly [title: string, flags: object, variables: Record<string, string>, place: object]

describe('where a verb asks, and as whom', () => {
  const rows: readonly Row[] = [
    ['the profile in use', {}, {}, HOME],
    ['another profile by flag', { profile: 'work' }, { MILLRACE_TOKEN: 'mr_x' }, WORK],
    ['another profile by variable', {}, { MILLRACE_PROFILE: 'work' }, WORK],
    [
      'a token never goes to another address',
      { url: 'https://evil.example' },
      {},
      { url: 'https://evil.example', token: undefined },
    ],
    [
      'nor where a variable names it',
      {},
      { MILLRACE_URL: 'https://evil.example' },
      { url: 'https://evil.example', token: undefined },
    ],
    ['the same address by flag', { url: 'https://home.example/' }, {}, HOME],
    ['a token by flag', { token: 'mr_1' }, {}, { ...HOME, token: 'mr_1' }],
    ['a token by variable', {}, { MILLRACE_TOKEN: 'mr_2' }, { ...HOME, token: 'mr_2' }],
  ]
  for (const [title, flags, variables, place] of rows) {
    test(title, () => {
      const { url, token } = placeOf(flags, (name) => variables[name], KNOWN)
      assert.deepEqual({ url, token }, place)
    })
  }

  const words: readonly [args: string, variables: Record<string, string>, token: string | undefined][] = [
    ['--dry-run', {}, 'mr_home'],
    ['--url https://evil.example', {}, undefined],
    ['--admin=https://evil.example', {}, undefined],
    ['', { MILLRACE_URL: 'https://evil.example' }, undefined],
    ['', { MILLRACE_TOKEN: 'mr_3' }, 'mr_3'],
  ]
  for (const [args, variables, token] of words) {
    test(`beside variables: ${args} ${JSON.stringify(variables)}`, () =>
      assert.equal(profiled((name) => variables[name], args.split(' '), KNOWN)('MILLRACE_TOKEN'), token))
  }
})

test('profiles are kept for their owner alone, and read back', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-'))
  try {
    const file = profilesFile((name) => (name === 'XDG_CONFIG_HOME' ? folder : undefined))
    assert.equal(file, join(folder, 'millrace/config.json'))
    assert.deepEqual(readProfiles(file), { current: 'default', profiles: {} })
    writeProfiles(file, KNOWN)
    writeProfiles(file, KNOWN)
    assert.deepEqual(readProfiles(file), KNOWN)
    assert.equal(statSync(file).mode & 0o777, 0o600)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
