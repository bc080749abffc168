import type { Static, TObject, TSchema } from 'typebox'
import { ASKS_MARK } from '../../contract/personal.ts'
import type { Route, RouteName } from '../../contract/route.ts'
import { ROUTES, type Routes } from '../../contract/routes.ts'
import { Type } from '../../contract/type.ts'
import { checkOf } from '../admin/check.ts'
import type { Client } from '../cli/client.ts'

/** How many items a list gives when nothing is said, and at most: an agent reads all of it. */
export const LIST_DEFAULT = 20
export const LIST_MAX = 100

/** What an agent is told of a tool before it is used, besides whether it only looks. */
type Hints = {
  /** It may replace or send what cannot be taken back by itself. */
  readonly destructive?: true
  /** The same call again changes nothing more. */
  readonly idempotent?: true
  /** It reaches a receiver, outside this server. */
  readonly reachesOut?: true
}
type About = {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly hints?: Hints
}
/** Something that an agent can do, over routes of the admin API. */
export type Tool = About & {
  /** The routes that it may ask; whoever may not use one of them does not see the tool. */
  readonly routes: readonly (keyof Routes)[]
  readonly input: TObject
  /** Gives what is shown. @throws {AppError} QUERY_INVALID, and what the server answers */
  readonly run: (client: Client, given: unknown) => Promise<object>
}

export function tool<const I extends TObject>(
  about: About & Pick<Tool, 'routes'> & { readonly input: I },
  run: (client: Client, input: Static<I>) => Promise<object>,
): Tool {
  const check = once(() => checkOf(about.input, 'arguments'))
  return {
    ...about,
    async run(client, given) {
      check()(given)
      return run(client, given as Static<I>)
    },
  }
}

type FromRoute = Omit<About, 'description'> & {
  /** What the contract does not say already. */
  readonly more?: string
  /** What names of the address are called: `{ id: 'destination' }`. */
  readonly params?: Readonly<Record<string, string>>
  /** What of the request is not offered. */
  readonly without?: readonly string[]
  /** What of the answer is shown; all of it when left out. */
  readonly shown?: (answer: never) => object
}

/** A tool that is one route: its description, its arguments and its checks are those of the contract. */
export function routeTool(name: keyof Routes, given: FromRoute): Tool {
  const { more = '', params = {}, without = [], shown = (answer) => answer, ...about } = given
  const route: Route = ROUTES[name]
  const body = parts(route.body, without)
  const query = { ...parts(route.query, without), ...pagedLess(route) }
  const named = namesOf(name).map((param) => [param, params[param] ?? param] as const)
  const input = Type.Object(
    {
      ...Object.fromEntries(named.map(([, shownAs]) => [shownAs, Type.String({ minLength: 1 })])),
      ...query,
      ...body,
    },
    { additionalProperties: false },
  )
  const description = `${route.summary}.${more === '' ? '' : ` ${more}`}`
  return tool({ ...about, description, routes: [name], input }, async (client, values: unknown) => {
    const all = values as Readonly<Record<string, unknown>>
    const limit = 'limit' in query ? { limit: LIST_DEFAULT } : {}
    const sent = {
      params: Object.fromEntries(named.map(([param, shownAs]) => [param, String(all[shownAs])])),
      query: { ...limit, ...only(all, query) },
      ...(route.body === undefined ? {} : { body: only(all, body) }),
    }
    return shown((await client.ask(name as never, sent as never)) as never)
  })
}

/** Whether a tool only looks. */
export function onlyLooks({ routes }: Pick<Tool, 'routes'>): boolean {
  return routes.every((name) => ROUTES[name].needs !== 'edit' && ROUTES[name].needs !== 'manage')
}

/** A schema as agents are shown it: without the marks that are ours. */
export function publicSchema(
  schema: TObject,
): { readonly type: 'object' } & Readonly<Record<string, unknown>> {
  const text = JSON.stringify(schema, (key, value) =>
    key === ASKS_MARK || key === 'x-personal' ? undefined : value,
  )
  return JSON.parse(text)
}

/** Leaves out what was not given. */
export function given<Value extends object>(
  value: Value,
): { [K in keyof Value]: Exclude<Value[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as never
}

function namesOf(name: RouteName): readonly string[] {
  return [...name.matchAll(/:(\w+)/g)].map(([, param = '']) => param)
}

function parts(schema: TSchema | undefined, without: readonly string[]): Readonly<Record<string, TSchema>> {
  const properties = (schema as TObject | undefined)?.properties ?? {}
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !without.includes(name)))
}

function pagedLess({ query }: Route): Readonly<Record<string, TSchema>> {
  if (query?.properties['limit'] === undefined) return {}
  const limit = Type.Integer({
    minimum: 1,
    maximum: LIST_MAX,
    default: LIST_DEFAULT,
    description: 'How many',
  })
  return { limit: Type.Optional(limit) }
}

function only(values: Readonly<Record<string, unknown>>, names: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(names, name)))
}

function once<Made>(make: () => Made): () => Made {
  let made: Made | undefined
  return () => {
    made ??= make()
    return made
  }
}
