// There is no Kubernetes here. What can be held without one: each manifest is what its schema says, and what stands in them is what the
// server knows: options, ports, paths, roles, times.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse, parseAllDocuments } from 'yaml'
import { OPTIONS, readServerConfig } from '../../server/config.ts'
import { ROLES } from '../../server/roles.ts'
import {
  envFile,
  MANIFESTS,
  type Manifest,
  ROLE_WORKLOADS,
  unknownVariables,
  WORKLOADS,
} from './manifests.fixtures.ts'

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0
const options = envFile('deploy/kubernetes/options.env')
const secrets = envFile('deploy/kubernetes/secrets.env.example')
const podOf = ({ spec }: Manifest) => spec.template.spec
const roleOf = (manifest: Manifest) => environmentOf(manifest)['MILLRACE_ROLES'] as string

/** As the process will have it, with values in place of the secrets. */
function environmentOf(manifest: Manifest): Readonly<Record<string, string>> {
  const own = podOf(manifest).containers[0].env ?? []
  const given = own.map(({ name, value, valueFrom }) => [
    name,
    value ?? secrets[valueFrom?.secretKeyRef?.key ?? ''],
  ])
  return { ...options, ...Object.fromEntries(given) }
}

type Schema = new (data: unknown) => { validate(): void }
async function schemaOf({ apiVersion, kind }: Manifest): Promise<Schema> {
  const from = apiVersion.startsWith('keda.sh/') ? '@kubernetes-models/keda' : 'kubernetes-models'
  const found = (await import(`${from}/${apiVersion}`)) as Record<string, Schema>
  return found[kind] as Schema
}

for (const manifest of MANIFESTS) {
  test(`${manifest.kind} ${manifest.metadata.name} is what ${manifest.apiVersion} takes`, async () => {
    const model = new (await schemaOf(manifest))(manifest)
    model.validate()
  })
}

test('the schemas see what is wrong', async () => {
  const [deployment] = ROLE_WORKLOADS as [Manifest]
  const wrong = { ...deployment, spec: { ...deployment.spec, replicas: 'two' } }
  const Model = await schemaOf(deployment)
  assert.throws(() => new Model(wrong).validate(), /replicas/)
})

test('there is one workload for each role, and no role is left out', () => {
  assert.deepEqual(ROLE_WORKLOADS.map(roleOf).toSorted(), [...ROLES].toSorted())
  for (const manifest of ROLE_WORKLOADS) assert.equal(manifest.metadata.name, roleOf(manifest))
})

test('every variable of ours is one that the server reads, and it takes their values', () => {
  for (const manifest of ROLE_WORKLOADS) {
    const environment = environmentOf(manifest)
    assert.deepEqual(unknownVariables(Object.keys(environment)), [])
    const key = Buffer.alloc(32).toString('base64')
    const config = readServerConfig({}, { ...environment, MILLRACE_SECRET_KEY: key })
    assert.deepEqual([...config.roles], [roleOf(manifest)])
  }
})

test('every secret that a pod asks for has its line in the example', () => {
  const asked = WORKLOADS.flatMap((one) => podOf(one).containers[0].env ?? []).flatMap(
    ({ valueFrom }) => valueFrom?.secretKeyRef ?? [],
  )
  assert.deepEqual(new Set(asked.map(({ name }) => name)), new Set(['millrace']))
  assert.deepEqual([...new Set(asked.map(({ key }) => key))].toSorted(), Object.keys(secrets).toSorted())
})

/** The port that answers what is asked of it, by the option that names it. */
const PORT_OF = { events: 'port', pages: 'admin-port', health: 'health-port' } as const
const HEALTH_PATHS = readFileSync('server/http/health-routes.ts', 'utf8')

test('probes ask paths and ports that the process of this role has', () => {
  for (const manifest of ROLE_WORKLOADS) {
    const [{ ports, startupProbe, readinessProbe, livenessProbe }] = podOf(manifest).containers
    const isAdmin = roleOf(manifest) === 'admin'
    for (const { name, containerPort } of ports) {
      assert.equal(String(containerPort), OPTIONS[PORT_OF[name as keyof typeof PORT_OF]].fallback, name)
      assert.equal(name === 'pages', isAdmin, 'who has the admin port has no health port')
    }
    assert.equal(
      ports.some(({ name }) => name === 'events'),
      roleOf(manifest) === 'ingest',
    )
    for (const { httpGet } of [startupProbe, readinessProbe, livenessProbe]) {
      assert.ok(
        ports.some(({ name }) => name === httpGet.port),
        httpGet.port,
      )
      assert.ok(HEALTH_PATHS.includes(`'${httpGet.path}'`), httpGet.path)
      // The guard of the admin side answers this machine's name.
      assert.equal(httpGet.httpHeaders?.[0]?.value, isAdmin ? 'localhost' : undefined)
    }
    assert.equal(readinessProbe.httpGet.path, '/readyz')
    assert.equal(livenessProbe.httpGet.path, '/healthz', 'what others lack is not mended by a restart')
  }
})

test('a pod has time for the whole of a stop, and more', () => {
  const { drain_ms, stopWithin_ms } = readServerConfig({}, options)
  for (const manifest of ROLE_WORKLOADS) {
    const given_ms = podOf(manifest).terminationGracePeriodSeconds * 1_000
    assert.ok(given_ms >= drain_ms + stopWithin_ms + 10_000, manifest.metadata.name)
  }
})

test('every pod is without rights, and one of each goes at a time', () => {
  for (const manifest of WORKLOADS) {
    const { securityContext, containers } = podOf(manifest)
    assert.equal(securityContext['runAsNonRoot'], true)
    assert.deepEqual(containers[0].securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    const budgets = MANIFESTS.filter(({ kind }) => kind === 'PodDisruptionBudget')
    const budget = budgets.find(({ metadata }) => metadata.name === manifest.metadata.name)
    assert.deepEqual(budget?.spec.selector.matchLabels, manifest.spec.selector.matchLabels)
    assert.deepEqual({ ...manifest.spec.template.metadata.labels }, { ...manifest.spec.selector.matchLabels })
  }
})

test('the user is that of the image', () => {
  const dockerfile = readFileSync('Dockerfile', 'utf8')
  for (const manifest of ROLE_WORKLOADS) {
    const { runAsUser, runAsGroup } = podOf(manifest).securityContext
    assert.ok(dockerfile.includes(`USER ${runAsUser}:${runAsGroup}`))
    assert.ok(
      dockerfile.includes(`--tag ${podOf(manifest).containers[0].image} `) ||
        dockerfile.includes('-t millrace '),
    )
  }
})

test('no more processes deliver than there are lanes', () => {
  const scaled = MANIFESTS.find(
    ({ kind, spec }) => kind === 'ScaledObject' && spec.scaleTargetRef?.name === 'delivery',
  )
  assert.ok((scaled?.spec.maxReplicaCount ?? Number.NaN) <= readServerConfig({}, options).lanes)
})

test('the database has connections for as many processes as there may be, and a rolling change', () => {
  const scaled = MANIFESTS.filter(({ kind }) => kind === 'ScaledObject')
  const most = ROLE_WORKLOADS.map(({ metadata, spec }) => {
    const own = scaled.find((one) => one.spec.scaleTargetRef?.name === metadata.name)
    return (own?.spec.maxReplicaCount ?? spec.replicas ?? 1) + 1
  })
  const each = readServerConfig({}, options).postgres.connections_max
  const wanted = each * most.reduce((sum, one) => sum + one, 0)
  const text = readFileSync('deploy/postgres/postgresql.conf', 'utf8')
  const given = Number(/^max_connections = (\d+)$/m.exec(text)?.[1])
  assert.ok(wanted + 20 <= given, `${wanted} of ${given}`)
})

test('the database of the operator has the parameters of postgresql.conf', () => {
  const text = readFileSync('deploy/postgres/postgresql.conf', 'utf8')
  const wanted = Object.fromEntries(
    [...text.matchAll(/^(\w+) = (.+)$/gm)].map(([, name, value]) => [name, value]),
  )
  // The operator has these fixed, as they are here.
  const { fsync: _fsync, full_page_writes: _pages, ...rest } = wanted
  const cluster = parse(readFileSync('deploy/postgres/cloudnative-pg.yaml', 'utf8'))
  assert.deepEqual(cluster.spec.postgresql.parameters, rest)
})

test('kustomize puts it together', {
  skip: hasKubectl ? false : 'kubectl is not here; on Debian: apt-get install kubernetes-client',
}, () => {
  const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', 'deploy/kubernetes'], {
    encoding: 'utf8',
  })
  assert.equal(status, 0, stderr)
  const made = parseAllDocuments(stdout).map((one) => one.toJS() as Manifest)
  const workloads = made.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')
  assert.equal(workloads.length, WORKLOADS.length)
  const maps = new Set(made.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata }) => metadata.name))
  for (const name of stdout.matchAll(/configMap(?:Ref)?:\n\s+name: (\S+)/g))
    assert.ok(maps.has(name[1] ?? ''))
  assert.ok(maps.size === 2)
})
