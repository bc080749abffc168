import type { TSchema } from 'typebox'
import type { Route } from './route.ts'

/** The OpenAPI 3.1 document of a table of routes. https://spec.openapis.org/oas/v3.1.0 */
export function openapi(routes: Readonly<Record<string, Route>>, version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [name, route] of Object.entries(routes)) {
    const [method = '', address = ''] = name.split(' ')
    const path = address.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(name, address, route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Millrace admin API', version },
    paths,
    components: { schemas: { Error: ERROR } },
  }
}

function operation(
  name: string,
  address: string,
  { summary, needs, query, body, answer, events, files, status = 200 }: Route,
) {
  const params = [...address.matchAll(/:(\w+)/g)].map(([, param]) => ({
    name: param,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const required = new Set(query?.required ?? [])
  const queries = Object.entries(query?.properties ?? {}).map(([param, schema]) => ({
    name: param,
    in: 'query',
    required: required.has(param),
    schema,
  }))
  const content = answer === undefined ? streamed(events, files) : json(answer)
  return {
    operationId: operationId(name),
    summary,
    'x-needs': needs,
    parameters: [...params, ...queries],
    ...(body === undefined ? {} : { requestBody: { required: true, content: json(body) } }),
    responses: {
      [status]: { description: 'Done', content },
      default: {
        description: 'An error of docs/errors.md',
        content: json({ $ref: '#/components/schemas/Error' }),
      },
    },
  }
}

function streamed(events: TSchema | undefined, files: readonly string[] | undefined) {
  if (files === undefined) return { 'text/event-stream': { schema: events ?? {} } }
  return Object.fromEntries(files.map((type) => [type, { schema: { type: 'string' } }]))
}

const json = (schema: TSchema | Record<string, unknown>) => ({ 'application/json': { schema } })

/** `GET /admin/v1/sources/:id/schema` is `getSourcesIdSchema`. */
function operationId(name: string): string {
  const words = name
    .replace('/admin/v1', '')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
  return words
    .map((word, index) =>
      index === 0 ? word.toLowerCase() : `${word.charAt(0).toUpperCase()}${word.slice(1)}`,
    )
    .join('')
}

const ERROR = {
  type: 'object',
  required: ['success', 'error'],
  properties: {
    success: { const: false },
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: { type: 'string' }, message: { type: 'string' }, details: { type: 'object' } },
    },
  },
}
