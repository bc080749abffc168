import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { getPriority } from 'node:os'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'

const SKIP = existsSync('/proc/thread-self') ? false : 'threads have no priorities of their own here'

test('a thread steps aside alone', { skip: SKIP }, async () => {
  const step = new URL('./step-aside.ts', import.meta.url).href
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads')
    const { readlinkSync } = require('node:fs')
    const { getPriority } = require('node:os')
    import('${step}').then(({ stepAside }) => {
      stepAside()
      parentPort.postMessage(getPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1))))
    })`,
    { eval: true },
  )
  const before = getPriority()
  const [priority] = await once(worker, 'message')
  assert.equal(priority, Math.min(19, before + 5))
  assert.equal(getPriority(), before)
  await worker.terminate()
})
