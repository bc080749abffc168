import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, test } from 'node:test'
import type { Configuration } from '../../core/configuration.ts'
import { catalogue } from '../../destinations/index.ts'
import { inFolder, RIGHT, run, WRONG } from './cli.fixtures.ts'
import { validate } from './validate.ts'

const deps = { catalogue, configFile: (given: string | undefined) => given }

describe('millrace validate', () => {
  const inFile = (text: string, use: (file: string) => Promise<unknown>) =>
    inFolder(async (folder) => {
      const file = join(folder, 'millrace.yaml')
      writeFileSync(file, text)
      await use(file)
    })

  test('says that a file is right, and what is in it', () =>
    inFile(RIGHT, async (file) => {
      assert.deepEqual(await run(validate, deps, file), {
        code: 0,
        out: ['The configuration is valid. Sources: 1. Destinations: 2.'],
        err: [],
      })
    }))

  test('warns of what this installation lacks, which is no fault of the file', () =>
    inFile(RIGHT, async (file) => {
      const missing = async ({ sources }: Configuration) => `${sources.length} source without a plugin.`
      const { code, err } = await run(validate, { ...deps, missing }, file)
      assert.deepEqual([code, err], [0, ['warning: 1 source without a plugin.']])
      assert.deepEqual((await run(validate, { ...deps, missing: async () => undefined }, file)).err, [])
    }))

  test('takes the file as --config, or from the environment', () =>
    inFile(RIGHT, async (file) => {
      assert.equal((await run(validate, deps, '--config', file)).code, 0)
      assert.equal((await run(validate, { ...deps, configFile: () => file })).code, 0)
    }))

  test('shows everything that is wrong, each problem with its line', () =>
    inFile(WRONG, async (file) => {
      const { code, out, err } = await run(validate, deps, file)
      assert.deepEqual([code, out], [1, []])
      const problems = err.slice(0, -1).map((line) => {
        const { shown, row, at } = /^(?<shown>.+?):(?<row>\d+):\d+ (?<at>\S+): ./.exec(line)?.groups ?? {}
        assert.equal(shown, relative('', file))
        return `${row} ${at}`
      })
      assert.deepEqual(problems, [
        '4 sources[0].kind',
        '6 sources[1].kind',
        '12 destinations[0].settings.appId',
        '14 destinations[0].actions[0].trigger',
      ])
      assert.equal(err.at(-1), '4 problems')
    }))

  test('warns of a field that is nearly one of the event, and takes the file', () =>
    inFile(RIGHT.replace('trigger: event =', 'trigger: evnt ='), async (file) => {
      const { code, err } = await run(validate, deps, file)
      assert.equal(code, 0)
      assert.deepEqual(err, [
        'warning: hook › signups › trigger: unknown field `evnt`: did you mean `event`? (at character 1)',
      ])
    }))

  test('counts one problem as one', () =>
    inFile(RIGHT.replace('kind: javascript', 'kind: telepathy'), async (file) => {
      const { code, err } = await run(validate, deps, file)
      assert.deepEqual([code, err.length, err.at(-1)], [1, 2, '1 problem'])
    }))

  test('says where a file is no YAML', () =>
    inFile('sources: [\n', async (file) => {
      const { code, err } = await run(validate, deps, file)
      assert.equal(code, 1)
      assert.ok(err[0]?.startsWith(`${relative('', file)}:`), err[0])
    }))

  test('without a file says how it is called', async () => {
    const usage = { code: 2, out: [], err: ['usage: millrace validate [FILE… | --config FILE] [--env NAME]'] }
    assert.deepEqual(await run(validate, deps), usage)
  })

  test('a file that is not there is CONFIG_UNREADABLE', async () => {
    await assert.rejects(run(validate, deps, 'none.yaml'), {
      code: 'CONFIG_UNREADABLE',
      details: { file: 'none.yaml', problem: 'ENOENT' },
    })
  })

  test('an option that is none is OPTION_INVALID', async () => {
    await assert.rejects(run(validate, deps, '--conf', 'a.yaml'), { code: 'OPTION_INVALID' })
  })
})
