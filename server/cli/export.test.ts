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

      const { code, out, err } = await run(exportCommand, { readStored: () => store.read() })
      assert.deepEqual([code, err], [0, []])
      writeFileSync(exported, out.join('\n'))
      assert.equal((await run(validate, { catalogue, configFile: () => undefined }, exported)).code, 0)
      assert.deepEqual(await loadConfiguration(exported, catalogue), loaded)
    }))

  test('reads the folder that is named', async () => {
    const asked: unknown[] = []
    const readStored = async (folder: string | undefined) => {
      asked.push(folder)
      return { sources: [], instances: [] }
    }
    await run(exportCommand, { readStored })
    await run(exportCommand, { readStored }, '--data', '/srv/millrace')
    assert.deepEqual(asked, [undefined, '/srv/millrace'])
  })

  test('with something behind it says how it is called', async () => {
    const readStored = () => assert.fail('nothing is to be read')
    assert.deepEqual(await run(exportCommand, { readStored }, 'a.yaml'), {
      code: 2,
      out: [],
      err: ['usage: millrace export [--data FOLDER]'],
    })
  })
})
