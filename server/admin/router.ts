import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Compile } from 'typebox/compile'
import type { AnswerOf, BodyOf, Need, ParamsOf, QueryOf, Role, Route } from '../../contract/route.ts'
import { ROUTES, type Routes } from '../../contract/routes.ts'
import type { AppError } from '../../core/errors.ts'
import { invalid, readBody } from './request.ts'

/** Who asks. */
export type Caller = {
  /** As history will name them. */
  readonly name: string
  /** `machine`: login is off, and whoever reaches the port is one and the same person. */
  readonly via: 'machine' | 'session' | 'token' | 'nobody'
  /** Of the person or the token. */
  readonly id?: string
  readonly role: Role
  /** May see what events say about persons. */
  readonly personal: boolean
}
/** Who asks, once it is known that they may. @throws {AppError} when they may not. */
export type Access = (request: FastifyRequest, needs: Need) => Promise<Caller>
/** Where login is off. */
export const THIS_MACHINE: Caller = { name: 'this machine', via: 'machine', role: 'admin', personal: true }

export type Asked<Name extends keyof Routes> = {
  readonly params: ParamsOf<Name>
  readonly query: QueryOf<Routes[Name]>
  readonly body: BodyOf<Routes[Name]>
  readonly who: Caller
  /** Their name. */
  readonly by: string
  readonly request: FastifyRequest
  /** For a route that answers with a stream. */
  readonly reply: FastifyReply
}
type Handler<Name extends keyof Routes> = (
  asked: Asked<Name>,
) => Promise<AnswerOf<Routes[Name]>> | AnswerOf<Routes[Name]>

export type AdminRouter = {
  /** Answers a route of the contract. What the handler gets has been checked, and who asks is allowed to. */
  readonly on: <Name extends keyof Routes>(name: Name, handler: Handler<Name>) => void
}

/** The one place where access to the admin API is checked, and where what is asked is checked against the contract. */
export function adminRouter(server: FastifyInstance, access: Access): AdminRouter {
  return {
    on(name, handler) {
      const route: Route = ROUTES[name]
      const [method = '', url = ''] = name.split(' ')
      const readQuery = queryReader(route)
      const checkBody = route.body === undefined ? undefined : Compile(route.body)
      server.route({
        method,
        url,
        async handler(request, reply) {
          const who = await access(request, route.needs)
          const query = readQuery(request.query as Given)
          const body = checkBody === undefined ? undefined : readBody(request.body)
          if (checkBody !== undefined && !checkBody.Check(body)) throw wrong('body', checkBody.Errors(body))
          const asked = { params: request.params, query, body, who, by: who.name, request, reply }
          const answer = await handler(asked as never)
          if (route.answer === undefined) return reply
          return reply.code(route.status ?? 200).send(answer)
        },
      })
    },
  }
}

type Given = Readonly<Record<string, string | readonly string[]>>

function queryReader({ query: schema }: Route): (given: Given) => object {
  if (schema === undefined) {
    return (given) => {
      const [name] = Object.keys(given)
      if (name !== undefined) throw invalid(name, 'is no parameter here')
      return {}
    }
  }
  const properties = schema.properties as Readonly<Record<string, { readonly type?: string }>>
  const checked = Compile(schema)
  return (given) => {
    const query: Record<string, string | number | boolean> = {}
    for (const [name, value] of Object.entries(given)) {
      if (typeof value !== 'string') throw invalid(name, 'is given twice')
      if (!Object.hasOwn(properties, name)) throw invalid(name, 'is no parameter here')
      query[name] = fromText(value, properties[name]?.type)
    }
    if (!checked.Check(query)) throw wrong('query', checked.Errors(query))
    return query
  }
}

/** What stands in an address is a text; a number or a flag is read where the contract asks for one. */
function fromText(text: string, type: string | undefined): string | number | boolean {
  if ((type === 'integer' || type === 'number') && text.trim() !== '' && Number.isFinite(Number(text)))
    return Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

type SchemaError = {
  readonly instancePath: string
  readonly message: string
  readonly keyword: string
  readonly params: object
}

/** The first thing that is wrong, by its place: a schema of choices reports each choice that it is not. */
function wrong(what: string, errors: Iterable<unknown>): AppError {
  const all = [...errors] as SchemaError[]
  const error = all.find(({ keyword }) => keyword !== 'boolean') ?? all[0]
  const place = (error?.instancePath ?? '').slice(1).replaceAll('/', '.')
  return invalid(place === '' ? what : place, problemOf(error))
}

function problemOf(error: SchemaError | undefined): string {
  const params = (error?.params ?? {}) as Readonly<Record<string, unknown>>
  const names = (key: string) => (params[key] as readonly string[] | undefined)?.join(', ') ?? ''
  switch (error?.keyword) {
    case 'required':
      return `lacks ${names('requiredProperties')}`
    case 'additionalProperties':
      return `has what does not belong there: ${names('additionalProperties')}`
    case 'enum':
      return `must be one of ${names('allowedValues')}`
    default:
      return error?.message ?? 'is not valid'
  }
}
