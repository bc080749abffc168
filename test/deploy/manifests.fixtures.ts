import { readdirSync, readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'
import { OPTIONS } from '../../server/config.ts'

type Named = { readonly name: string; readonly value?: string; readonly containerPort?: number }
type HttpGet = {
  readonly path: string
  readonly port: string
  readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[]
}
type Container = {
  readonly image: string
  readonly env?: readonly (Named & {
    readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly key: string } }
  })[]
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
  readonly args?: readonly string[]
  readonly securityContext: Readonly<Record<string, unknown>>
  readonly startupProbe: { readonly httpGet: HttpGet }
  readonly readinessProbe: { readonly httpGet: HttpGet }
  readonly livenessProbe: { readonly httpGet: HttpGet }
}
/** What the tests look at of a manifest; that it is one at all, its schema says. */
export type Manifest = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly replicas?: number
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> }
    readonly maxReplicaCount?: number
    readonly triggers?: readonly { readonly metadata: { readonly query: string } }[]
    readonly scaleTargetRef?: { readonly name: string }
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> }
      readonly spec: {
        readonly terminationGracePeriodSeconds: number
        readonly securityContext: Readonly<Record<string, unknown>>
        readonly containers: readonly [Container]
      }
    }
  }
}

const KUBERNETES = 'deploy/kubernetes'
const files = readdirSync(KUBERNETES).filter(
  (name) => name.endsWith('.yaml') && name !== 'kustomization.yaml',
)
const NATS = 'deploy/nats/nats.yaml'

export const MANIFESTS: readonly Manifest[] = [
  ...files.map((name) => `${KUBERNETES}/${name}`),
  `${KUBERNETES}/autoscale/scaled-objects.yaml`,
  NATS,
].flatMap((path) => parseAllDocuments(readFileSync(path, 'utf8')).map((one) => one.toJS() as Manifest))

const isWorkload = ({ kind }: Manifest) => kind === 'Deployment' || kind === 'StatefulSet'
export const WORKLOADS = MANIFESTS.filter(isWorkload)
/** The processes of Millrace, one a role. */
export const ROLE_WORKLOADS = WORKLOADS.filter(({ metadata }) => metadata.name !== 'nats')

/** `NAME=value` lines, as compose and kustomize read them. */
export function envFile(path: string): Readonly<Record<string, string>> {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => /^\w+=/.test(line))
  return Object.fromEntries(lines.map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]))
}

const KNOWN = new Set<string>(Object.values(OPTIONS).map(({ env }) => env))
/** Variables of ours that no option reads. */
export function unknownVariables(names: Iterable<string>): readonly string[] {
  return [...names].filter((name) => name.startsWith('MILLRACE_') && !KNOWN.has(name))
}
