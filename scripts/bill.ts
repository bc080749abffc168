import type { Lock } from './audit-lock.ts'

type Component = { readonly 'bom-ref': string; readonly name: string; readonly version?: string }
/** What of a CycloneDX document is looked at here: https://cyclonedx.org/docs/1.5/json/ */
export type Bill = {
  readonly metadata: { readonly component: Component }
  readonly components: readonly Component[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[]
}

/** A bill of everything in a lock file, without what only builds and tests. */
export function onlyShipped(bill: Bill, { packages }: Lock, shipped: ReadonlySet<string>): Bill {
  const kept = new Set([...shipped].map((path) => `${nameOf(path)}@${packages[path]?.version ?? ''}`))
  const components = bill.components.filter(({ name, version = '' }) => kept.has(`${name}@${version}`))
  const refs = new Set([bill.metadata.component['bom-ref'], ...components.map((one) => one['bom-ref'])])
  const dependencies = bill.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => refs.has(one)) }))
  return { ...bill, components, dependencies }
}

/** The name of a package at a path of a lock file. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
}
