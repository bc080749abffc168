import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import { json, jsonParseLinter } from '@codemirror/lang-json'
import { linter } from '@codemirror/lint'
import type { Extension } from '@codemirror/state'
import { FORMATS, JSON_TYPES, KEYWORDS } from '../../../core/tracking-plan/keywords.ts'
import { jsonPlace } from '../logic/json-place.ts'

const LINT_AFTER_MS = 200
/** Behind them stand names of people's own. */
const NAMED = ['properties', 'patternProperties', 'dependencies']

/** JSON Schema: its keywords, types and formats to choose from, and where the text is no JSON. */
export function schemaLanguage(): Extension {
  const language = json()
  const check = jsonParseLinter()
  return [
    language,
    language.language.data.of({ autocomplete: complete }),
    linter((view) => (view.state.doc.toString().trim() === '' ? [] : check(view)), { delay: LINT_AFTER_MS }),
  ]
}

function complete(context: CompletionContext): CompletionResult | null {
  const { way, isKey, inText } = jsonPlace(context.state.doc.toString(), context.pos)
  if (inText === undefined) return null
  const last = way.findLast((one) => typeof one === 'string')
  const words = isKey
    ? NAMED.includes(String(way.at(-1)))
      ? []
      : Object.keys(KEYWORDS)
    : last === 'type'
      ? JSON_TYPES
      : last === 'format'
        ? FORMATS
        : []
  const options = words.map((label): Completion => ({ label, type: isKey ? 'property' : 'constant' }))
  return options.length === 0 ? null : { from: inText.from, options }
}
