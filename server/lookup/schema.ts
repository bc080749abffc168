import type { AnswerOf, QueryOf } from '../../contract/route.ts'
import type { Routes } from '../../contract/routes.ts'
import type { CallType, Json } from '../../core/event.ts'
import type { EventIndexReader } from '../event-index/index-file.ts'
import type { PathShape, Shape } from '../event-index/shapes.ts'
import { isoTime } from './shown.ts'

type Query = QueryOf<Routes['GET /admin/v1/sources/:id/schema']>
type Answer = AnswerOf<Routes['GET /admin/v1/sources/:id/schema']>

/** What a source's events have looked like. Places and examples only for the events that are asked for by name or type. */
export function schemaOf(index: EventIndexReader, sourceId: string, { event, type }: Query): Answer {
  const shapes = index.shapesOf(sourceId)
  const isDetailed = event !== undefined || type !== undefined
  return {
    events: shapes
      .filter(({ name }) => name !== undefined && (event === undefined || name === event))
      .filter((shape) => type === undefined || shape.type === type)
      .map((shape) => shownShape(shape, isDetailed)),
    other: shapes.reduce((sum, { name, count }) => sum + (name === undefined ? count : 0), 0),
  }
}

function shownShape(shape: Shape, isDetailed: boolean): Answer['events'][number] {
  const { type, name = '', count, first_ms, last_ms, sampled } = shape
  return {
    ...{ type: type as CallType, name, count, first: isoTime(first_ms), last: isoTime(last_ms) },
    ...(isDetailed ? { properties: shape.paths().map(shownPath), sampled } : {}),
  }
}

function shownPath({ path, count, types, examples }: PathShape) {
  return { path, count, types: { ...types } as Record<string, number>, examples: examples.map(readExample) }
}

/** One that was cut is no JSON any more, and shown as the text that it is. */
function readExample(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}
