import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkImport } from './check-import.ts'

test('an import that is killed twice, and whose server is killed, loses and doubles nothing', async () => {
  const said: string[] = []
  const figures = await checkImport({
    ...{ events: 4_000, killsAt: [0.2, 0.5], isServerKilled: true, flags: ['--rate', '1500/s'] },
    say: (line) => said.push(line),
  })
  assert.equal(said.filter((line) => line.startsWith('killed')).length, 2)
  assert.ok(figures.import_ms > 0)
})
