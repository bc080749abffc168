import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { catalogue } from '../../destinations/index.ts'
import { OPTIONS } from '../config.ts'
import { sqliteStore } from '../store/sqlite.ts'
import { inFolder, RIGHT, WRONG } from './cli.fixtures.ts'
import { loadConfiguration } from './load-configuration.ts'

const MAIN = join(import.meta.dirname, '../main.ts')
const TIMEOUT_MS = 20_000

/** Runs the real command line in a folder of its own. */
function millrace(folder: string, ...args: readonly string[]) {
  return millraceWith({}, folder, ...args)
}

function millraceWith(env: Record<string, string>, folder: string, ...args: readonly string[]) {
  return new Promise<{ code: unknown; out: string; err: string }>((resolve) => {
    const options = { cwd: folder, env, timeout: TIMEOUT_MS }
    execFile(process.execPath, [MAIN, ...args], options, (error, out, err) =>
      resolve({ code: error === null ? 0 : error.code, out, err }),
    )
  })
}

describe('the command line', { concurrency: true }, () => {
  test('without a command, and with help, shows every command and option', () =>
    inFolder(async (folder) => {
      const [none, help, flag] = await Promise.all([
        millrace(folder),
        millrace(folder, 'help'),
        millrace(folder, '--help'),
      ])
      assert.deepEqual([none.code, help.code, flag.code], [0, 0, 0])
      assert.deepEqual([none.out, flag.out], [help.out, help.out])
      for (const name of ['start', 'dev', 'validate', 'export', 'version']) {
        assert.ok(help.out.includes(`millrace ${name}`), name)
      }
      for (const name of Object.keys(OPTIONS)) assert.ok(help.out.includes(`--${name} `), name)
      assert.deepEqual(readdirSync(folder), [])
    }))

  test('prints its version', () =>
    inFolder(async (folder) => {
      const { code, out } = await millrace(folder, '--version')
      assert.equal(code, 0)
      assert.match(out, /^\d+\.\d+\.\d+\n$/)
    }))

  const wrong: readonly [args: readonly string[], says: RegExp][] = [
    [['strat'], /^"strat" is no command; did you mean "start"\?/],
    [['start', '--prot', '1'], /^OPTION_INVALID: .*'--prot'/],
    [['start', '--port', 'http'], /^OPTION_INVALID: .*--port \(MILLRACE_PORT\)/],
    [['start', '--log-level', 'loud'], /^OPTION_INVALID: .*--log-level/],
    [['start', 'now'], /^OPTION_INVALID: .*"now" is no option/],
    [['validate', '--file', 'x'], /^OPTION_INVALID: .*'--file'/],
    [['export', 'x'], /^usage: millrace export/],
  ]
  for (const [args, says] of wrong) {
    test(`${args.join(' ')}: exit code 2, one line that says why, and no data folder`, () =>
      inFolder(async (folder) => {
        const { code, err } = await millrace(folder, ...args)
        assert.equal(code, 2)
        assert.match(err, says)
        assert.ok(err.trimEnd().split('\n').length === 1, err)
        assert.deepEqual(readdirSync(folder), [])
      }))
  }

  test('validate and start refuse a broken file with exit code 1, before anything is made', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'wrong.yaml'), WRONG)
      const [checked, started] = await Promise.all([
        millrace(folder, 'validate', 'wrong.yaml'),
        millrace(folder, 'start', '--config', 'wrong.yaml'),
      ])
      assert.deepEqual([checked.code, started.code], [1, 1])
      for (const { err } of [checked, started]) {
        for (const line of [4, 6, 12, 14]) assert.match(err, new RegExp(`^wrong\\.yaml:${line}:`, 'm'))
      }
      assert.deepEqual(readdirSync(folder), ['wrong.yaml'])
    }))

  test('a file that is not there: exit code 1 and CONFIG_UNREADABLE', () =>
    inFolder(async (folder) => {
      const { code, err } = await millrace(folder, 'validate', 'none.yaml')
      assert.equal(code, 1)
      assert.match(err, /^CONFIG_UNREADABLE: .*none\.yaml.*ENOENT/)
    }))

  test('export prints what a data folder holds, and validate takes it', () =>
    inFolder(async (folder) => {
      const given = join(folder, 'given.yaml')
      writeFileSync(given, RIGHT)
      const loaded = await loadConfiguration(given, catalogue)
      assert.ok(loaded.ok)
      const store = sqliteStore(join(folder, 'store.db'))
      await store.apply(loaded.configuration)
      await store.close()

      const { code, out } = await millrace(folder, 'export', '--data', folder)
      assert.equal(code, 0)
      writeFileSync(join(folder, 'exported.yaml'), out)
      const env = { HOOK_SECRET: 'hunter2' }
      const { code: validated } = await millraceWith(env, folder, 'validate', 'exported.yaml')
      assert.equal(validated, 0)
      const exported = join(folder, 'exported.yaml')
      const again = await loadConfiguration(exported, catalogue, () => env.HOOK_SECRET)
      assert.deepEqual(again, loaded)

      // Applied to an empty installation, it is exported as the same bytes.
      mkdirSync(join(folder, 'empty'))
      const other = sqliteStore(join(folder, 'empty', 'store.db'))
      await other.apply(again.ok ? again.configuration : { sources: [], instances: [] })
      await other.close()
      const { out: second } = await millrace(folder, 'export', '--data', 'empty')
      assert.equal(second, out)
    }))

  test('export of a folder that holds nothing: exit code 1, one line, and nothing is made', () =>
    inFolder(async (folder) => {
      const { code, err } = await millrace(folder, 'export', '--data', 'none')
      assert.equal(code, 1)
      assert.match(err, /^CONFIG_UNREADABLE: .*none.*\n$/)
      assert.equal(existsSync(join(folder, 'none')), false)
    }))
})
