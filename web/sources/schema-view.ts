import type { Answer } from '../api/api.ts'

export type Shape = Answer<'GET /admin/v1/sources/:id/schema'>['events'][number]
export type Property = NonNullable<Shape['properties']>[number]

export const SORTS = ['last', 'count', 'name', 'first'] as const
export type Sort = (typeof SORTS)[number]

/** What people know it by; calls without a name by their type. */
export function shapeName({ type, name }: Shape): string {
  return name === '' ? UNNAMED[type] : name
}

const UNNAMED: Readonly<Record<Shape['type'], string>> = {
  track: 'Track calls',
  identify: 'Identify calls',
  page: 'Pages without a name',
  screen: 'Screens without a name',
  group: 'Group calls',
  alias: 'Alias calls',
}

export function shownShapes(shapes: readonly Shape[], q: string, sort: Sort): readonly Shape[] {
  const wanted = q.toLowerCase()
  return shapes
    .filter((shape) => shapeName(shape).toLowerCase().includes(wanted) || shape.type === wanted)
    .toSorted(
      (a, b) =>
        ORDERS[sort](a, b) || shapeName(a).localeCompare(shapeName(b)) || a.type.localeCompare(b.type),
    )
}

const ORDERS: Readonly<Record<Sort, (a: Shape, b: Shape) => number>> = {
  last: (a, b) => b.last.localeCompare(a.last),
  count: (a, b) => b.count - a.count,
  name: () => 0,
  first: (a, b) => b.first.localeCompare(a.first),
}

/** What looks wrong with a name: another one of the same type that differs by case, spaces or signs only. */
export function nameProblem(shape: Shape, shapes: readonly Shape[]): string | undefined {
  if (shape.name === '') return undefined
  const like = shapes.filter(
    ({ type, name }) => type === shape.type && name !== shape.name && bare(name) === bare(shape.name),
  )
  return like.length === 0 ? undefined : `Also sent as ${like.map(({ name }) => `“${name}”`).join(', ')}.`
}

/** What looks wrong with a property: more than one type, or another one whose name is nearly the same. */
export function propertyProblem(property: Property, all: readonly Property[]): string | undefined {
  const mixed = mixedProblem(property)
  if (mixed !== undefined) return mixed
  const like = all.filter(({ path }) => path !== property.path && bare(path) === bare(property.path))
  return like.length === 0 ? undefined : `Is it the same as ${like.map(({ path }) => path).join(', ')}?`
}

function mixedProblem({ types }: Property): string | undefined {
  // Null stands for "not known", whatever the type.
  const known = Object.entries(types)
    .filter(([type]) => type !== 'null')
    .toSorted(([, a], [, b]) => b - a)
  if (known.length < 2) return undefined
  const total = known.reduce((sum, [, count]) => sum + count, 0)
  return `Sent as ${known.map(([type, count]) => `${type} (${shareText(count, total)})`).join(' and ')}.`
}

function bare(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}.]/gu, '')
}

/** `93 %`; what is there but rounds to nothing is `< 1 %`, and what is nearly all is no 100 %. */
export function shareText(part: number, of: number): string {
  if (of === 0 || part === 0) return '0 %'
  const share = (part / of) * 100
  if (share < 1) return '< 1 %'
  return `${share < 100 ? Math.min(99, Math.round(share)) : 100} %`
}

/** The trigger that wants just these events; see docs/triggers.md. */
export function triggerOf({ type, name }: Shape): string {
  const ofType = `type = "${type}"`
  if (name === '') return ofType
  const field = type === 'track' ? 'event' : 'name'
  return `${ofType} and ${field} = "${name.replace(/["\\]/g, '\\$&')}"`
}

/** Properties and traits, and apart from them the context, which the client libraries fill in. */
export function parted(properties: readonly Property[]): {
  readonly own: readonly Property[]
  readonly context: readonly Property[]
} {
  const inOrder = properties.toSorted((a, b) => b.count - a.count || a.path.localeCompare(b.path))
  const isContext = ({ path }: Property) => path === 'context' || path.startsWith('context.')
  return {
    own: inOrder.filter((one) => !isContext(one)),
    context: inOrder.filter(isContext),
  }
}
