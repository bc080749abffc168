import type { AnswerOf } from '../../contract/route.ts'
import type { Routes } from '../../contract/routes.ts'

type Source = AnswerOf<Routes['GET /admin/v1/sources/:id']>
type Destination = AnswerOf<Routes['GET /admin/v1/destinations/:id']>
type Kind = AnswerOf<Routes['GET /admin/v1/catalogue']>['destinations'][number]
type Counts = Source['counts']

/** A source, with the sums of its counts. */
export function shownSource({ counts, ...source }: Source): object {
  return { ...source, counts: sums(counts) }
}

/** A destination, with its actions in full. */
export function shownDestination({ counts, ...destination }: Destination): object {
  return { ...destination, counts: sums(counts) }
}

/** A destination as a list has it: without settings, and with its actions by name. */
export function listedDestination({
  counts,
  actions,
  settings: _,
  redact: __,
  ...rest
}: Destination): object {
  return {
    ...rest,
    actions: actions.map(({ id, name, enabled }) => ({ id, name, enabled })),
    counts: sums(counts),
  }
}

/** A kind as a list has it: what must be given, and which actions there are. */
export function listedKind({ settings, actions, presets, ...kind }: Kind): object {
  return {
    ...kind,
    requiredSettings: Object.entries(settings).flatMap(([name, { required }]) => (required ? [name] : [])),
    actions: Object.fromEntries(
      Object.entries(actions).map(([id, { name, help }]) => [id, `${name}: ${help}`]),
    ),
    presets: presets.map(({ name }) => name),
  }
}

/** What was saved, and the number by which it is undone. */
export function saved<Thing>(shown: (thing: Thing) => object) {
  return ({ saved: thing, change }: { readonly saved: Thing; readonly change: number }) => ({
    change,
    saved: shown(thing),
  })
}

function sums(counts: Counts): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(counts).map(([name, { total }]) => [name, total]))
}
