import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Configuration } from '../../core/configuration.ts'
import { catalogue } from '../../destinations/index.ts'
import { memoryStore } from '../store/memory.ts'
import { changeDetails } from './change-details.ts'

const SECRET = 'planted-secret'
const CONFIGURATION = {
  sources: [
    { id: 'web', name: 'Web', kind: 'javascript', writeKey: SECRET, olderWriteKeys: [`${SECRET}-2`] },
  ],
  instances: [
    {
      ...{ id: 'hook', kind: 'webhook', name: 'Hook', enabled: true, sources: ['web'] },
      settings: { url: `https://example.com/?token=${SECRET}`, secret: SECRET, unknownSetting: SECRET },
      subscriptions: [],
    },
  ],
  alerts: { channels: [{ id: 'ops', kind: 'slack', url: `https://hooks.example.com/${SECRET}` }] },
} as unknown as Configuration

describe('what the audit log says of a change', () => {
  test('is what it was before and after, with every secret as ***', async () => {
    const store = memoryStore()
    await store.apply(CONFIGURATION)
    const [newest] = await store.changes({}, 1)
    const details = await changeDetails(store, catalogue)(newest?.number ?? 0)
    assert.ok(!JSON.stringify(details).includes(SECRET), JSON.stringify(details))
    assert.deepEqual(details, {
      of: { type: 'source', id: 'web' },
      after: {
        'source web': {
          id: 'web',
          name: 'Web',
          kind: 'javascript',
          writeKey: '***',
          olderWriteKeys: ['***'],
        },
        'destination hook': {
          ...CONFIGURATION.instances[0],
          settings: { url: 'https://example.com/?token=***', secret: '***', unknownSetting: '***' },
        },
        'alerts alerts': { channels: [{ id: 'ops', kind: 'slack', url: 'https://hooks.example.com/***' }] },
      },
    })
  })

  test('of one thing, is that thing', async () => {
    const store = memoryStore()
    await store.apply(CONFIGURATION)
    const [web] = CONFIGURATION.sources
    const changed = { ...CONFIGURATION, sources: [{ ...web, name: 'Site' }] } as Configuration
    await store.apply(changed)
    const [newest] = await store.changes({}, 1)
    const { of, before, after } = await changeDetails(store, catalogue)(newest?.number ?? 0)
    const shown = { id: 'web', kind: 'javascript', writeKey: '***', olderWriteKeys: ['***'] }
    assert.deepEqual(
      [of, before, after],
      [
        { type: 'source', id: 'web' },
        { ...shown, name: 'Web' },
        { ...shown, name: 'Site' },
      ],
    )
  })

  test('of none, is nothing', async () => {
    assert.deepEqual(await changeDetails(memoryStore(), catalogue)(3), {})
  })
})
