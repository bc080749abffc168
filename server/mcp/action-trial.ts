import type { AnswerOf } from '../../contract/route.ts'
import type { Routes } from '../../contract/routes.ts'
import { Type } from '../../contract/type.ts'
import { AppError } from '../../core/errors.ts'
import type { JsonObject } from '../../core/event.ts'
import type { Mapping } from '../../core/mapping/mapping.ts'
import type { Client } from '../cli/client.ts'

type Destination = AnswerOf<Routes['GET /admin/v1/destinations/:id']>

/** What of an action can be another: its trigger, and fields of its mapping. */
export const TRIAL = {
  trigger: Type.Optional(
    Type.String({
      maxLength: 10_000,
      description: 'Such as type = "track" and event = "Signed Up"; read_docs triggers',
    }),
  ),
  fields: Type.Optional(
    Type.Unsafe<JsonObject>({
      type: 'object',
      description:
        'Fields of the mapping by name, such as {"event": {"@path": "$.event"}}; the others stay; read_docs mappings',
    }),
  ),
  remove_fields: Type.Optional(
    Type.Array(Type.String(), { description: 'Fields to take out of the mapping' }),
  ),
}

/** @throws {AppError} NOT_FOUND, with the ids that there are */
export async function actionOf(
  client: Client,
  destinationId: string,
  id: string,
): Promise<{ readonly destination: Destination; readonly found: Destination['actions'][number] }> {
  const destination = await client.ask('GET /admin/v1/destinations/:id', { params: { id: destinationId } })
  const found = destination.actions.find((action) => action.id === id)
  if (found !== undefined) return { destination, found }
  const ids = destination.actions.map((action) => action.id).join(', ')
  throw new AppError('NOT_FOUND', { action: id, 'there are': ids })
}

/** The mapping with some fields changed; undefined where none is. */
export function newMapping(
  mapping: Destination['actions'][number]['mapping'],
  changes: { readonly fields?: JsonObject; readonly remove_fields?: readonly string[] },
): Mapping | undefined {
  const { fields = {}, remove_fields = [] } = changes
  if (Object.keys(fields).length === 0 && remove_fields.length === 0) return undefined
  const kept = Object.entries(mapping).filter(([name]) => !remove_fields.includes(name))
  return { ...Object.fromEntries(kept), ...fields } as Mapping
}
