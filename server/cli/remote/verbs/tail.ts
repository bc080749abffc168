import type { MessageOf } from '../../../../contract/route.ts'
import type { Routes } from '../../../../contract/routes.ts'
import { AppError } from '../../../../core/errors.ts'
import { CALL_TYPES } from '../../../../core/event.ts'
import { given, numberOf } from '../body.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { textOf, toneOf } from '../table.ts'
import type { Call, Verb } from '../verb.ts'
import { messageIdOf, nameOf, personOf, type ShownEntry, whatOf } from './events.ts'

type Told = MessageOf<Routes['GET /admin/v1/live']>
/** Between two tries where the stream broke off. */
const AGAIN_MS = 1_000
const [SOURCE_CHARS, WHAT_CHARS, NAME_CHARS] = [12, 9, 24]

export const tailVerbs: readonly Verb[] = [
  {
    name: 'events tail',
    summary: 'What comes in, as it comes, until Ctrl-C',
    flags: {
      source: { value: 'ID', help: 'Of this source' },
      kind: { value: 'KINDS', help: 'Of event, refused, duplicate, with commas between' },
      type: { value: 'TYPE', help: 'Of this type', choices: CALL_TYPES },
      event: { value: 'NAME', help: 'Of this name' },
      q: { value: 'TEXT', help: 'Stands somewhere in it' },
      count: { value: 'N', help: 'End after so many' },
    },
    run: tail,
  },
]

/** A stream that breaks off is taken up where it was, so nothing is missed; only the first try may fail. */
async function tail(call: Call): Promise<number> {
  const { deps, place, flag, print } = call
  const query = given({
    ...{ source: flag('source'), kinds: flag('kind'), type: flag('type') },
    ...{ event: flag('event'), q: flag('q') },
  })
  const url = `${place.url}/admin/v1/live?${new URLSearchParams(query)}`
  let left = numberOf(call, 'count') ?? Number.POSITIVE_INFINITY
  let after: string | undefined
  for (let isFirst = true; ; isFirst = false) {
    try {
      for await (const { id, data } of deps.listen(url, { token: place.token, after })) {
        const told = JSON.parse(data) as Told
        if (isFirst && after === undefined) print.note('Looking. Ctrl-C ends it.')
        after = id
        if (told.type === 'beat') continue
        if (told.skipped > 0) print.note(`${told.skipped} more came than can be shown`)
        for (const entry of told.entries.slice(0, left)) show(call, entry)
        left -= told.entries.length
        if (left <= 0) return EXIT_CODES.done[0]
      }
    } catch (error) {
      // Before the first message there was nothing to go on with.
      if (after === undefined || !(error instanceof AppError) || !error.retry) throw error
    }
    if (!(await deps.wait(AGAIN_MS))) return EXIT_CODES.stopped[0]
    print.note('The server is asked again.')
  }
}

function show({ print }: Call, entry: ShownEntry): void {
  const what = whatOf(entry)
  const cells = [
    print.time(entry.receivedAt).padEnd(10),
    entry.sourceId.padEnd(SOURCE_CHARS),
    textOf(what).padEnd(WHAT_CHARS),
    nameOf(entry).padEnd(NAME_CHARS),
    personOf(entry),
    messageIdOf(entry),
  ]
  const text = cells.filter((cell) => cell !== '').join('  ')
  print.one(entry, [[text.replaceAll(/[\n\t]/g, ' '), toneOf(what)]], entry.address)
}
