import type { AnswerOf } from '../../contract/route.ts'
import type { Routes } from '../../contract/routes.ts'
import { Type } from '../../contract/type.ts'
import { AppError } from '../../core/errors.ts'
import { listedDestination, listedKind, shownDestination, shownSource } from './shown.ts'
import { routeTool, type Tool, tool } from './tool.ts'

type Answer<Name extends keyof Routes> = AnswerOf<Routes[Name]>

/** What is configured and how it goes. */
export const lookTools: readonly Tool[] = [
  routeTool('GET /admin/v1/status', {
    name: 'status',
    title: 'Status of the server',
    more: 'Where clients send (host), whether all is well, and what was turned away.',
  }),
  routeTool('GET /admin/v1/sources', {
    name: 'list_sources',
    title: 'Sources',
    more: 'With the write keys by which clients send.',
    shown: ({ sources }: Answer<'GET /admin/v1/sources'>) => ({ sources: sources.map(shownSource) }),
  }),
  routeTool('GET /admin/v1/snippets', {
    name: 'get_snippet',
    title: 'Snippet of a JavaScript source',
  }),
  routeTool('GET /admin/v1/sources/:id/schema', {
    name: 'source_schema',
    title: 'Events and properties of a source',
    params: { id: 'source' },
    more: 'Look here before you write a trigger or a mapping.',
  }),
  routeTool('GET /admin/v1/destinations', {
    name: 'list_destinations',
    title: 'Destinations',
    shown: ({ destinations }: Answer<'GET /admin/v1/destinations'>) => ({
      destinations: destinations.map(listedDestination),
    }),
  }),
  tool(
    {
      name: 'get_destination',
      title: 'A destination',
      description:
        'Settings, actions with their triggers and mappings, state, what waits, and the last problem with what to do about it. Secrets are ***.',
      routes: ['GET /admin/v1/destinations/:id', 'GET /admin/v1/destinations/:id/overview'],
      input: Type.Object({ destination: Type.String({ minLength: 1 }) }, { additionalProperties: false }),
    },
    async (client, { destination: id }) => {
      const destination = await client.ask('GET /admin/v1/destinations/:id', { params: { id } })
      const overview = await client.ask('GET /admin/v1/destinations/:id/overview', { params: { id } })
      return { ...shownDestination(destination), overview }
    },
  ),
  tool(
    {
      name: 'list_kinds',
      title: 'Kinds of destination and source',
      description:
        'What can be connected. With a kind: all its settings, its actions with their fields, and the presets with which one begins.',
      routes: ['GET /admin/v1/catalogue'],
      input: Type.Object(
        { kind: Type.Optional(Type.String({ description: 'Such as heap' })) },
        { additionalProperties: false },
      ),
    },
    async (client, { kind }) => {
      const { destinations, sources } = await client.ask('GET /admin/v1/catalogue')
      if (kind === undefined) return { destinations: destinations.map(listedKind), sources }
      const found = destinations.find((one) => one.kind === kind)
      if (found === undefined) throw new AppError('NOT_FOUND', { kind })
      return found
    },
  ),
  routeTool('GET /admin/v1/changes', {
    name: 'list_changes',
    title: 'Changes of the configuration',
  }),
  routeTool('GET /admin/v1/alerts', {
    name: 'list_alerts',
    title: 'Alerts',
    shown: ({ active, recent }: Answer<'GET /admin/v1/alerts'>) => ({ active, recent: recent.slice(0, 20) }),
  }),
]
