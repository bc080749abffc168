import type { AnswerOf, BodyOf, ParamsOf, QueryOf } from '../../contract/route.ts'
import type { Routes } from '../../contract/routes.ts'
import { request } from './request.ts'

export type RouteName = keyof Routes & string
type Given<Name extends RouteName> = {
  readonly params?: ParamsOf<Name>
  readonly query?: Partial<QueryOf<Routes[Name]>>
  readonly signal?: AbortSignal
} & (BodyOf<Routes[Name]> extends undefined ? unknown : { readonly body: BodyOf<Routes[Name]> })
export type Answer<Name extends RouteName> = AnswerOf<Routes[Name]>

/**
 * One route of the admin API, by the name that it has in the contract:
 * `api('GET /admin/v1/sources/:id', { params: { id } })`.
 *
 * @throws {ApiError}
 */
export function api<Name extends RouteName>(name: Name, given?: Given<Name>): Promise<Answer<Name>> {
  const { params = {}, ...rest } = (given ?? {}) as {
    readonly params?: Readonly<Record<string, string>>
    readonly query?: Readonly<Record<string, string>>
    readonly body?: unknown
    readonly signal?: AbortSignal
  }
  const [method, path] = name.split(' /admin/v1') as ['GET', string]
  const filled = path.replace(/:(\w+)/g, (_, param: string) => encodeURIComponent(params[param] ?? ''))
  return request<Answer<Name>>(filled, { method, ...rest })
}
