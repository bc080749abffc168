import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Configuration } from '../core/configuration.ts'
import { configurationDigest, runningDigest } from './configuration-digest.ts'

const named = (name: string) =>
  ({
    sources: [{ id: 'app', name, kind: 'node', writeKey: 'key' }],
    instances: [],
  }) as unknown as Configuration
const turned = {
  instances: [],
  sources: [{ writeKey: 'key', kind: 'node', name: 'App', id: 'app' }],
} as unknown as Configuration

test('the same configuration has the same digest, in whatever order its names stand', () => {
  assert.equal(configurationDigest(turned, 'salt'), configurationDigest(named('App'), 'salt'))
  assert.match(configurationDigest(turned, 'salt'), /^[0-9a-f]{12}$/)
})

test('another configuration, and another installation, have another one', () => {
  assert.notEqual(configurationDigest(named('Web'), 'salt'), configurationDigest(named('App'), 'salt'))
  assert.notEqual(configurationDigest(named('App'), 'sugar'), configurationDigest(named('App'), 'salt'))
})

test('a process runs a change when its readers do', () => {
  let [now, hasFollowed] = [named('App'), true]
  const running = runningDigest(
    () => now,
    'salt',
    () => hasFollowed,
  )
  assert.equal(running(), configurationDigest(named('App'), 'salt'))
  now = named('Web')
  hasFollowed = false
  assert.equal(running(), undefined)
  hasFollowed = true
  assert.equal(running(), configurationDigest(named('Web'), 'salt'))
})
