// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references are written like this
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { catalogue, problemsOf, readRight } from './config-file.fixtures.ts'
import { withStoredSecrets } from './stored-secrets.ts'
import { fileAndSecrets } from './write.ts'
import { readYaml } from './yaml-document.ts'

const VARIABLES = new Map([
  ['KEY', 'planted-key'],
  ['WRITE_KEY', 'wk_planted_1'],
  ['URL', 'https://hooks.example.com/planted'],
])
const FILE = `sources:
  - id: site
    name: "\${env:KEY}"
    kind: node
    writeKey: \${env:WRITE_KEY}
    olderWriteKeys: ["\${env:WRITE_KEY}2", "wk_other_1"]
destinations:
  - id: heap
    kind: heap
    name: Heap
    settings:
      appId: "1"
      apiKey: \${env:KEY}
      rate:
        list: ["\${env:KEY}", "x\${env:KEY}", "$\${env:KEY}", "$$\${file:a}", 1]
    actions:
      - action: trackEvent
        trigger: \${env:KEY}
        mapping: { event: "\${env:KEY}" }
alerts:
  channels:
    - { id: ops, kind: slack, url: "\${env:URL}" }
`

const DATABASE = `sources:
  - id: shop
    name: Shop
    kind: postgresql
    writeKey: shop-key-1
    sql:
      host: db.example.com
      database: shop
      user: "\${env:KEY}"
      password: \${env:KEY}
      query: select 1
      call: { type: track }
`

function yamlOf(text: string): unknown {
  const read = readYaml(text)
  assert.ok(read.ok)
  return read.yaml.value
}

describe('references of a configuration file', () => {
  test('stand for the password of a database, which is written as one again', () => {
    const configuration = readRight(DATABASE, VARIABLES)
    assert.equal(configuration.sources[0]?.sql?.password, 'planted-key')
    assert.equal(configuration.sources[0]?.sql?.user, '${env:KEY}')
    const { text, secrets } = fileAndSecrets(configuration, catalogue)
    assert.match(text, /password: \${env:SHOP_SQL_PASSWORD}/)
    assert.equal(secrets.get('SHOP_SQL_PASSWORD'), 'planted-key')
    assert.deepEqual(readRight(text, secrets), configuration)
    const kept = withStoredSecrets(yamlOf(text), configuration, catalogue) as typeof configuration
    assert.equal(kept.sources[0]?.sql?.password, 'planted-key')
    const moved = text.replace('db.example.com', 'evil.example.com')
    const other = withStoredSecrets(yamlOf(moved), configuration, catalogue) as typeof configuration
    assert.equal(other.sources[0]?.sql?.password, '${env:SHOP_SQL_PASSWORD}')
  })

  test('stand for what they refer to where a secret may be, and for nothing elsewhere', () => {
    const { sources, instances, alerts } = readRight(FILE.replace('"${env:WRITE_KEY}2", ', ''), VARIABLES)
    assert.deepEqual(sources[0], {
      ...{ id: 'site', name: '${env:KEY}', kind: 'node' },
      ...{ writeKey: 'wk_planted_1', olderWriteKeys: ['wk_other_1'] },
    })
    assert.deepEqual(instances[0]?.settings, {
      appId: '1',
      apiKey: 'planted-key',
      rate: { list: ['planted-key', 'x${env:KEY}', '${env:KEY}', '$${file:a}', 1] },
    })
    assert.deepEqual(instances[0]?.subscriptions[0]?.trigger, '${env:KEY}')
    assert.deepEqual(instances[0]?.subscriptions[0]?.mapping, { event: '${env:KEY}' })
    assert.deepEqual(alerts?.channels, [
      { id: 'ops', kind: 'slack', url: 'https://hooks.example.com/planted' },
    ])
  })

  test('that lead nowhere are told once each, with their place', () => {
    const text = FILE.replace('env:URL', 'file:none').replace('"${env:WRITE_KEY}2"', '"${env:}"')
    assert.deepEqual(problemsOf(text.replace('apiKey: ${env:KEY}', 'apiKey: ${env:A-B}')), [
      '5:15 sources[0].writeKey: no env WRITE_KEY',
      '6:22 sources[0].olderWriteKeys[0]: must name an environment variable, such as ${env:HEAP_API_KEY}',
      '13:15 destinations[0].settings.apiKey: must name an environment variable, such as ${env:HEAP_API_KEY}',
      '15:16 destinations[0].settings.rate.list[0]: no env KEY',
      '22:36 alerts.channels[0].url: no file none',
    ])
  })

  test('are written under names of their own, which no option of the server has', () => {
    const base = { kind: 'heap', name: 'Heap', enabled: true, sources: [], subscriptions: [] }
    const settings = { appId: '1', apiKey: 'one' }
    const instances = ['heap', 'heap-', '9', 'millrace', 'a--b'].map((id) => ({ ...base, id, settings }))
    const channel = { id: 'ops', kind: 'slack' as const, url: 'https://x.example/1' }
    const { secrets } = fileAndSecrets({ sources: [], instances, alerts: { channels: [channel] } }, catalogue)
    assert.deepEqual(
      [...secrets.keys()],
      [
        ...['HEAP_API_KEY', 'HEAP__API_KEY', '_9_API_KEY', '_MILLRACE_API_KEY', 'A_B_API_KEY'],
        'ALERTS_OPS_URL',
      ],
    )
  })
})
