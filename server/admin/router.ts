import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AnswerOf, BodyOf, Need, ParamsOf, QueryOf, Role, Route } from '../../contract/route.ts'
import { ROUTES, type Routes } from '../../contract/routes.ts'
import type { AuditDetails } from './audit-note.ts'
import { type Auditing, audited } from './audited.ts'
import type { Given } from './check.ts'

/** Who asks. */
export type Caller = {
  /** As history will name them. */
  readonly name: string
  /** `machine`: login is off, and whoever reaches the port is one and the same person. */
  readonly via: 'machine' | 'session' | 'token' | 'nobody'
  /** Of the person or the token. */
  readonly id?: string
  /** The session's id, where there is one. */
  readonly session?: string
  readonly role: Role
  /** May see what events say about persons. */
  readonly personal: boolean
  /** Whether all this is still so, without counting as use; absent: it stays. What goes on for long asks again. */
  readonly holds?: () => Promise<boolean>
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
  /** For a route that answers with a stream: what of an event of it this caller may see. */
  readonly shown: <Data>(data: Data) => Data
  /** Adds to what the audit log says of this request what the router does not know. */
  readonly note: (details: AuditDetails) => void
}
type Handler<Name extends keyof Routes> = (
  asked: Asked<Name>,
) => Promise<AnswerOf<Routes[Name]>> | AnswerOf<Routes[Name]>

export type AdminRouter = {
  /** Answers a route of the contract. What the handler gets has been checked, and who asks is allowed to. */
  readonly on: <Name extends keyof Routes>(name: Name, handler: Handler<Name>) => void
}

/**
 * The one place where access to the admin API is checked, where what is asked is checked against the contract, where what is
 * done is noted, and where personal values are masked for those who may not see them.
 */
export function adminRouter(server: FastifyInstance, access: Access, auditing?: Auditing): AdminRouter {
  return {
    on(name, handler) {
      const route: Route = ROUTES[name]
      const [method = '', url = ''] = name.split(' ')
      const checks = once(() => checksOf(route))
      const noted = audited(name, route, auditing)
      server.route({
        method,
        url,
        // A stream has no beginning without the rest.
        exposeHeadRoute: route.answer !== undefined,
        async handler(request, reply) {
          const who = await access(request, route.needs).catch(async (error: unknown) => {
            await noted?.refused(request, access, error)
            throw error
          })
          const { readQuery, readBody, privacy } = await checks()
          const query = readQuery(request.query as Given)
          const body = readBody(request.body)
          const shown = privacy(who, query, body)
          const asked = { params: request.params, query, body, who, by: who.name, request, reply, shown }
          const act = async (note: (details: AuditDetails) => void) => handler({ ...asked, note } as never)
          const answer = await (noted === undefined ? act(() => {}) : noted.run({ who, request }, act))
          if (route.answer === undefined) return reply
          return reply.code(route.status ?? 200).send(shown(answer))
        },
      })
    },
  }
}

/** Compiled when the first request comes: most routes are never asked, and all together take megabytes. */
function once<Made>(make: () => Made): () => Made {
  let made: Made | undefined
  return () => {
    made ??= make()
    return made
  }
}

/** What compiles schemas is loaded with the first request: some hundred files, for a server that nobody may look at. */
async function checksOf(route: Route) {
  const [{ bodyReader, queryReader }, { privacyOf }] = await Promise.all([
    import('./check.ts'),
    import('./privacy.ts'),
  ])
  return { readQuery: queryReader(route), readBody: bodyReader(route), privacy: privacyOf(route) }
}
