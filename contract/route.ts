import type { Static, TObject, TSchema } from 'typebox'

export { ROLES, type Role } from './roles.ts'

import { Type } from './type.ts'

/**
 * What a person must be allowed to do to use a route: look, change, or manage people and the server.
 * `self`: be logged in, for what is one's own, such as a password. `nobody`: it is there before a login, as the login is.
 */
export type Need = 'nobody' | 'self' | 'view' | 'edit' | 'manage'

/**
 * One route of the admin API. From this table come the checks of what a request carries, the types of the pages' client,
 * and the OpenAPI document. Query parameters are texts and numbers as JSON Schema says; every one is given at most once.
 */
export type Route = {
  readonly needs: Need
  /** One line, for the document. */
  readonly summary: string
  readonly query?: TObject
  readonly body?: TSchema
  /** `undefined`: the answer is a stream of server-sent events, each with data of the schema `events`. */
  readonly answer: TSchema | undefined
  readonly events?: TSchema
  /** The answer tells of persons only where the body has this; else it is of what the caller gave. */
  readonly personalWith?: string
  /** 200 when left out. */
  readonly status?: 200 | 201
  /** With `answer: undefined`: the answer is a file, of one of these media types, instead of events. */
  readonly files?: readonly string[]
  /** The audit log tells of it though it changes nothing, as it does of all that changes something. */
  readonly noted?: true
}

export function route<const R extends Route>(given: R): R {
  return given
}

/** `GET /admin/v1/sources/:id` */
export type RouteName = `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /admin/v1/${string}`
export type RouteTable = Readonly<Record<RouteName, Route>>

/** The names after colons in a route's address. */
export type ParamsOf<Name extends string> = Name extends `${string}:${infer Param}/${infer Rest}`
  ? { readonly [K in Param | keyof ParamsOf<Rest>]: string }
  : Name extends `${string}:${infer Param}`
    ? { readonly [K in Param]: string }
    : Readonly<Record<never, string>>
export type QueryOf<R extends Route> = R extends { readonly query: infer Q extends TSchema }
  ? Static<Q>
  : Readonly<Record<never, never>>
export type BodyOf<R extends Route> = R extends { readonly body: infer B extends TSchema }
  ? Static<B>
  : undefined
export type AnswerOf<R extends Route> = R extends { readonly answer: infer A extends TSchema }
  ? Whole<Static<A>>
  : undefined
/** A message of a stream. */
export type MessageOf<R extends Route> = R extends { readonly events: infer E extends TSchema }
  ? Whole<Static<E>>
  : undefined
/** Read-only all the way down: whoever answers hands over what it has, and whoever asked only looks. */
type Whole<T> = T extends readonly (infer Item)[]
  ? readonly Whole<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: Whole<T[K]> }
    : T

/** An object that may hold nothing else: a misspelt name is an error, not silence. */
export function exactly<const P extends Readonly<Record<string, TSchema>>>(
  properties: P,
  description?: string,
) {
  return Type.Object(properties, {
    additionalProperties: false,
    ...(description === undefined ? {} : { description }),
  })
}

/** One of these texts. */
export function oneOf<const V extends readonly string[]>(values: V, description?: string) {
  return Type.Unsafe<V[number]>({
    type: 'string',
    enum: [...values],
    ...(description === undefined ? {} : { description }),
  })
}

export const id = (description: string) => Type.String({ minLength: 1, maxLength: 200, description })
export const time = (description: string) =>
  Type.String({ description: `${description} ISO 8601, in UTC.`, maxLength: 40 })
export const count = (description: string) => Type.Integer({ minimum: 0, description })

const LIMIT_DEFAULT = 50
export const LIMIT_MAX = 500
/** How every list is paged: newest first, `next` of an answer is the `before` of the next request. */
export const paging = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: LIMIT_MAX, default: LIMIT_DEFAULT, description: 'How many' }),
  ),
  before: Type.Optional(Type.String({ maxLength: 200, description: '`next` of the answer before' })),
}
export const next = Type.Optional(Type.String({ description: 'There is more: give it as `before`' }))
