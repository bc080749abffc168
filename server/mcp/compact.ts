import { cutText } from '../../core/cut.ts'

/** What a tool's answer may be long, in characters of JSON: some 8,000 tokens of a language model. */
export const ANSWER_CHARS_MAX = 30_000
/** How much is kept of each text and of each list, from generous to little. */
const STEPS = [
  { text_chars_max: 8_000, items_max: Number.POSITIVE_INFINITY },
  { text_chars_max: 2_000, items_max: 100 },
  { text_chars_max: 500, items_max: 50 },
  { text_chars_max: 200, items_max: 20 },
  { text_chars_max: 100, items_max: 5 },
] as const
const BEGINNING_CHARS = ANSWER_CHARS_MAX / 2

const ADVICE = 'Texts or lists were cut to fit. Ask for fewer, or for one thing by its id.'

type Step = (typeof STEPS)[number]

/** An answer that fits {@link ANSWER_CHARS_MAX}; `cut` says so where something was left out. */
export function compact(answer: object): Readonly<Record<string, unknown>> {
  for (const step of STEPS) {
    const { value, hasCut } = within(answer, step)
    const shown = hasCut ? { cut: ADVICE, ...(value as object) } : (value as Record<string, unknown>)
    if (JSON.stringify(shown).length <= ANSWER_CHARS_MAX) return shown
  }
  return { cut: ADVICE, beginning: cutText(JSON.stringify(answer), BEGINNING_CHARS) }
}

function within(value: unknown, step: Step): { readonly value: unknown; readonly hasCut: boolean } {
  let hasCut = false
  const look = (one: unknown): unknown => {
    if (typeof one === 'string') {
      if (one.length <= step.text_chars_max) return one
      hasCut = true
      const kept = cutText(one, step.text_chars_max)
      return `${kept}… (${one.length - kept.length} more characters)`
    }
    if (Array.isArray(one)) {
      if (one.length > step.items_max) hasCut = true
      return one.slice(0, step.items_max).map(look)
    }
    if (typeof one !== 'object' || one === null) return one
    return Object.fromEntries(Object.entries(one).map(([name, inner]) => [name, look(inner)]))
  }
  return { value: look(value), hasCut }
}
