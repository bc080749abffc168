import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { findNats, NO_NATS } from './nats-binary.ts'
import { POSTGRES_MISSING } from './postgres.ts'

const E2E = join(import.meta.dirname, '../e2e')

/** Runs files of test/e2e with several processes in place of one; `npm run test:e2e:cluster` runs every one. */
export function passInCluster(files: readonly string[]): void {
  for (const file of files) {
    test(`the same tests pass with several processes: test/e2e/${file}`, {
      skip: findNats() === undefined ? NO_NATS : POSTGRES_MISSING,
    }, async () => {
      const { NODE_TEST_CONTEXT: _, ...env } = process.env
      const child = spawn(process.execPath, ['--test', '--test-reporter', 'spec', join(E2E, file)], {
        env: { ...env, MILLRACE_E2E: 'cluster' },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const [told, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
      assert.equal(code, 0, told)
    })
  }
}
