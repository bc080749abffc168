import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Instance } from '../core/configuration.ts'
import { catalogue } from '../destinations/index.ts'
import { FORMER_SECRETS_MAX, formerSecrets } from './former-secrets.ts'
import { memoryStore } from './store/memory.ts'

const hook = (secret: string, more: Partial<Instance> = {}): Instance => ({
  ...{ id: 'hook', kind: 'webhook', name: 'Hook', enabled: true, sources: [], subscriptions: [] },
  settings: { url: 'https://hooks.example.com', secret },
  ...more,
})
const formerOf = (instances: readonly { readonly formerSecrets?: readonly string[] }[]) =>
  instances[0]?.formerSecrets

describe('Secrets that a destination had before', () => {
  test('are those of its earlier settings, after a restart too', async () => {
    const store = memoryStore()
    for (const secret of ['planted-1', 'planted-2', 'planted-3']) {
      await store.apply({ sources: [], instances: [hook(secret)] })
    }
    const former = await formerSecrets(store, catalogue)
    assert.deepEqual(formerOf(former.with([hook('planted-3')])), ['planted-1', 'planted-2'])
  })

  test('are learned from each configuration', async () => {
    const former = await formerSecrets(memoryStore(), catalogue)
    const first = hook('planted-1')
    assert.equal(former.with([first])[0], first)
    assert.deepEqual(formerOf(former.with([hook('planted-2')])), ['planted-1'])
    assert.deepEqual(former.of(hook('planted-2')), ['planted-1'])
  })

  test('are those of this destination alone, also when it takes one back', async () => {
    const former = await formerSecrets(memoryStore(), catalogue)
    former.learn([hook('planted-1'), hook('planted-other', { id: 'other' })])
    former.learn([hook('planted-2')])
    assert.deepEqual(former.of(hook('planted-1')), ['planted-2'])
  })

  test('are the newest, where there were many', async () => {
    const former = await formerSecrets(memoryStore(), catalogue)
    for (let n = 0; n <= FORMER_SECRETS_MAX + 5; n++) former.learn([hook(`planted-${n}`)])
    const found = former.of(hook('planted-now'))
    assert.equal(found.length, FORMER_SECRETS_MAX)
    assert.equal(found.at(-1), `planted-${FORMER_SECRETS_MAX + 5}`)
  })

  test('are not looked for in settings of a kind that is gone', async () => {
    const former = await formerSecrets(memoryStore(), catalogue)
    assert.deepEqual(former.of(hook('planted-1', { kind: 'gone' })), [])
  })
})
