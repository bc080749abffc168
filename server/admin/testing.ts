import assert from 'node:assert/strict'
import type { FastifyInstance, InjectOptions } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { AnswerOf, Route } from '../../contract/route.ts'
import { ROUTES, type Routes } from '../../contract/routes.ts'
import type { Destination } from '../../core/destination.ts'
import { type Explains, explained } from '../lookup/explained.ts'
import { type Access, THIS_MACHINE } from './router.ts'

/** Everybody may do everything. */
export const anybody: Access = async () => ({ ...THIS_MACHINE, name: 'somebody' })

/** Explains without another thread, and without transformations. */
export function explainsHere(catalogue: ReadonlyMap<string, Destination>): Explains {
  return (asked) => explained({ catalogue, clock_ms: () => 0 }, asked)
}

type Sent = {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** Asks routes of the contract, and holds every answer to its schema. */
export function asker(server: FastifyInstance) {
  async function send(name: keyof Routes, { params = {}, query, body }: Sent) {
    const [method, address = ''] = name.split(' ')
    const url = address.replaceAll(/:(\w+)/g, (_, param: string) => encodeURIComponent(params[param] ?? ''))
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) }
    return server.inject({
      method: method as NonNullable<InjectOptions['method']>,
      url,
      ...(query && { query }),
      ...payload,
    })
  }
  return {
    async ask<Name extends keyof Routes>(name: Name, sent: Sent = {}): Promise<AnswerOf<Routes[Name]>> {
      const answer = await send(name, sent)
      const route: Route = ROUTES[name]
      assert.equal(answer.statusCode, route.status ?? 200, answer.body)
      const value = answer.json()
      const schema = Compile(route.answer as TSchema)
      assert.ok(
        schema.Check(value),
        `${name} answers what its contract does not say: ${JSON.stringify([...schema.Errors(value)].slice(0, 3))}`,
      )
      return value as AnswerOf<Routes[Name]>
    },
    /** The status and the error of a request that is refused. */
    async refused(name: keyof Routes, sent: Sent = {}) {
      const answer = await send(name, sent)
      const { code, details } = answer.json().error ?? {}
      return { status: answer.statusCode, code, details }
    },
  }
}
