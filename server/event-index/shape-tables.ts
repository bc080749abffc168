import type { DatabaseSync } from 'node:sqlite'
import { LIMIT } from '../sqlite/limit.ts'
import type { PathShape, Shape } from './shapes.ts'

export const SHAPE_TABLES = `
create table shape (
  source_id text not null,
  type text not null,
  is_other integer not null,
  name text not null,
  count integer not null,
  first_ms integer not null,
  last_ms integer not null,
  sampled integer not null,
  other_paths integer not null,
  paths text not null,
  primary key (source_id, type, is_other, name)
) strict;
`

type ShapeRow = {
  source_id: string
  type: string
  is_other: number
  name: string
  count: number
  first_ms: number
  last_ms: number
  sampled: number
  other_paths: number
  paths: string
}

/** The shapes of events, one row for each source, type and name. */
export function shapeTables(db: DatabaseSync) {
  const all = db.prepare('select * from shape')
  const ofSource = db.prepare('select * from shape where source_id = ? order by count desc, type, name')
  const last = db.prepare('select max(last_ms) as last_ms from shape where source_id = ?')
  const named = db.prepare(`
    select source_id, type, name, count, last_ms from shape
    where is_other = 0 and name <> '' and instr(lower(name), lower(?)) > 0
    order by lower(name) <> lower(?), count desc ${LIMIT}
  `)
  return {
    shapes: (): readonly Shape[] => (all.all() as ShapeRow[]).map(readShape),
    /** When the newest event of a source came. */
    lastOf: (sourceId: string) => (last.get(sourceId) as { last_ms: number | null }).last_ms ?? undefined,
    shapesOf: (sourceId: string): readonly Shape[] => (ofSource.all(sourceId) as ShapeRow[]).map(readShape),
    /** Names that hold a text: the very name first, then by how often they came. */
    names(text: string, count_max: number): readonly EventName[] {
      const rows = named.all(text, text, count_max) as Omit<ShapeRow, 'paths'>[]
      return rows.map(({ source_id: sourceId, type, name, count, last_ms }) => ({
        ...{ sourceId, type, name, count, last_ms },
      }))
    },
  }
}
export type EventName = {
  readonly sourceId: string
  readonly type: string
  readonly name: string
  readonly count: number
  readonly last_ms: number
}

export function shapeWrites(db: DatabaseSync) {
  const set = db.prepare(`
    insert or replace into shape
      (source_id, type, is_other, name, count, first_ms, last_ms, sampled, other_paths, paths)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  `)
  const setCount = db.prepare(`
    update shape set count = ?, last_ms = ?
    where source_id = ? and type = ? and is_other = ? and name = ? and sampled = ?
  `)
  return {
    store(shape: Shape): void {
      const { sourceId, type, name, count, first_ms, last_ms, sampled, otherPaths } = shape
      const [isOther, stored] = [name === undefined ? 1 : 0, name ?? '']
      // Its places have not changed: the row's largest part stays as it is.
      if (setCount.run(count, last_ms, sourceId, type, isOther, stored, sampled).changes > 0) return
      const paths = JSON.stringify(shape.paths())
      set.run(sourceId, type, isOther, stored, count, first_ms, last_ms, sampled, otherPaths, paths)
    },
  }
}

function readShape(row: ShapeRow): Shape {
  const paths = JSON.parse(row.paths) as readonly PathShape[]
  return {
    sourceId: row.source_id,
    type: row.type,
    name: row.is_other === 1 ? undefined : row.name,
    count: row.count,
    first_ms: row.first_ms,
    last_ms: row.last_ms,
    sampled: row.sampled,
    paths: () => paths,
    otherPaths: row.other_paths,
  }
}
