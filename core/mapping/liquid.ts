import { Liquid, type Template } from 'liquidjs'
import { parseTime_ms } from '../timestamp.ts'
import type { Powers, Render } from './mapping.ts'

/** As long as Segment gives a template. */
const RENDER_MS_MAX = 500
/** Characters and items that a template may build. */
const MEMORY_MAX = 1_000_000
const TEMPLATE_CHARS_MAX = 10_000

/** There are no files to include, and the same event must always give the same text. */
const TAGS_LEFT_OUT = ['include', 'render', 'layout', 'block']
const FILTERS_LEFT_OUT = ['sample', 'shuffle']
const DATE_FILTERS = ['date', 'date_to_xmlschema', 'date_to_rfc822', 'date_to_string', 'date_to_long_string']

/** Liquid for mappings: docs/mappings.md. The same here and in a page, and it sees only what the event itself holds. */
export const liquid: NonNullable<Powers['liquid']> = (template) => {
  try {
    return renderer(engine.parse(template))
  } catch (error) {
    return firstLine(error)
  }
}

const engine = makeEngine()

function renderer(parsed: Template[]): Render {
  return function render(root) {
    try {
      // A copy, because `increment` and `decrement` write into it.
      const variables = typeof root === 'object' && root !== null ? { ...root } : {}
      return { ok: true, text: String(engine.renderSync(parsed, variables)) }
    } catch (error) {
      return { ok: false, problem: firstLine(error) }
    }
  }
}

function makeEngine(): Liquid {
  const made = new Liquid({
    renderLimit: RENDER_MS_MAX,
    memoryLimit: MEMORY_MAX,
    parseLimit: TEMPLATE_CHARS_MAX,
    ownPropertyOnly: true,
    strictFilters: true,
    timezoneOffset: 0,
    locale: 'en-US',
  })
  for (const tag of TAGS_LEFT_OUT) delete made.tags[tag]
  for (const filter of FILTERS_LEFT_OUT) delete made.filters[filter]
  for (const name of DATE_FILTERS) {
    const original = made.filters[name]
    if (typeof original !== 'function') throw new Error(`Liquid has no filter ${name}`)
    made.registerFilter(name, function dateFilter(value: unknown, ...rest: unknown[]) {
      const time = isoText(value)
      return time === undefined ? value : original.call(this, time, ...(rest as []))
    })
  }
  return made
}

/** Liquid would read a time without a zone in the zone of the machine, and `now` from its clock. */
function isoText(value: unknown): string | undefined {
  const isDigits = typeof value === 'string' && /^\d+$/.test(value)
  const time_ms = parseTime_ms(isDigits ? Number(value) : value)
  if (time_ms !== undefined) return new Date(time_ms).toISOString()
  if (value === 'now' || value === 'today') {
    throw new Error(`the date of "${value}" is not there: the same event must always give the same text`)
  }
  return undefined
}

/** Without the quotation of the template that Liquid adds below it. */
function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return (text.split('\n')[0] ?? '').slice(0, 300)
}
