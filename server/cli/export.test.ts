import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { catalogue } from '../../destinations/index.ts'
import { memoryStore } from '../store/memory.ts'
import { inFolder, RIGHT, run } from './cli.fixtures.ts'
import { exportCommand } from './export.ts'
import { loadConfiguration } from './load-configuration.ts'
import { validate } from './validate.ts'

describe('millrace export', () => {
  test('prints a file that validates, and that means what is stored', () =>
    inFolder(async (folder) => {
      const [given, exported] = [join(folder, 'given.yaml'), join(folder, 'exported.yaml')]
      writeFileSync(given, RIGHT)
      const loaded = await loadConfiguration(given, catalogue)
      assert.ok(loaded.ok)
      const store = memoryStore()
      await store.apply(loaded.configuration)

      const { code, out, err } = await run(exportCommand, { catalogue, readStored: () => store.read() })
      assert.deepEqual([code, err], [0, []])
      writeFileSync(exported, out.join('\n'))
      assert.doesNotMatch(out.join('\n'), /hunter2/)
      const environment = (name: string) => (name === 'HOOK_SECRET' ? 'hunter2' : undefined)
      const checked = (deps: object) =>
        run(validate, { catalogue, configFile: () => undefined, ...deps }, exported)
      assert.equal((await checked({ environment })).code, 0)
      assert.deepEqual(await loadConfiguration(exported, catalogue, environment), loaded)
      const { code: without, err: lacking } = await checked({})
      assert.equal(without, 1)
      assert.match(lacking.join('\n'), /yaml:\d+:\d+ .*the environment variable HOOK_SECRET is not set/)
    }))

  test('reads the folder that is named', async () => {
    const asked: unknown[] = []
    const readStored = async (folder: string | undefined) => {
      asked.push(folder)
      return { sources: [], instances: [] }
    }
    await run(exportCommand, { catalogue, readStored })
    await run(exportCommand, { catalogue, readStored }, '--data', '/srv/millrace')
    assert.deepEqual(asked, [undefined, '/srv/millrace'])
  })

  test('with something behind it says how it is called', async () => {
    const readStored = () => assert.fail('nothing is to be read')
    assert.deepEqual(await run(exportCommand, { catalogue, readStored }, 'a.yaml'), {
      code: 2,
      out: [],
      err: ['usage: millrace export [--data FOLDER | --url URL [--token TOKEN]]'],
    })
  })
})
