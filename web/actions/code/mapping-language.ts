import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import { json } from '@codemirror/lang-json'
import { type Diagnostic, linter } from '@codemirror/lint'
import type { Extension } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'
import { keysAt, valueAt, type Word } from '../logic/directive-words.ts'
import { type JsonPlace, jsonPlace } from '../logic/json-place.ts'
import { mappingProblems } from '../logic/mapping-problems.ts'
import { completePath, mappingPath, type SeenPath } from '../logic/paths.ts'

const LINT_AFTER_MS = 200

/** Mappings as JSON: directives and their parts, paths of real events, and what is wrong, at its place. */
export function mappingLanguage(paths: () => readonly SeenPath[]): Extension {
  const language = json()
  return [
    language,
    language.language.data.of({ autocomplete: (context: CompletionContext) => complete(context, paths()) }),
    linter((view) => diagnosticsOf(view.state.doc.toString()), { delay: LINT_AFTER_MS }),
  ]
}

function diagnosticsOf(text: string): Diagnostic[] {
  if (text.trim() === '') return []
  return mappingProblems(text).map(({ span, problem, isHint }) => ({
    from: span.start,
    to: span.end,
    message: problem,
    severity: isHint ? 'warning' : 'error',
  }))
}

function complete(context: CompletionContext, paths: readonly SeenPath[]): CompletionResult | null {
  const text = context.state.doc.toString()
  const place = jsonPlace(text, context.pos)
  if (!context.explicit && place.inText === undefined) return null
  const from = place.inText?.from ?? context.pos
  const typed = place.inText?.typed ?? ''
  if (place.isKey) {
    const options = keysAt(place.way).filter(({ label }) => label.startsWith(typed))
    return options.length === 0 ? null : { from, filter: false, options: options.map(keyCompletion(place)) }
  }
  const values = valueAt(place.way)
  if (values === undefined) return null
  const labels =
    values === 'path' ? completePath(paths, typed).map(({ path }) => mappingPath(path)) : [...values]
  return { from, filter: false, options: labels.map((label) => ({ label, apply: valueApply(place) })) }
}

function keyCompletion({ inText }: JsonPlace): (word: Word) => Completion {
  return ({ label, detail, begin }) => ({
    label,
    detail,
    apply(view, _completion, from, to) {
      const end = inText === undefined ? to : Math.max(to, inText.to)
      const behind = view.state.sliceDoc(end)
      const open = inText === undefined ? '"' : ''
      const close = behind.startsWith('"') ? '' : '"'
      const isNamed = /^"?\s*:/.test(behind)
      const skipped = behind.startsWith('"') ? 1 : 0
      const insert = `${open}${label}${isNamed ? close : `": ${begin}`}`
      const replaced = isNamed ? end : end + skipped
      put(view, from, replaced, insert, insert.length - caretBack(isNamed ? '' : begin))
    },
  })
}

/** Into the quotes or brackets of what the directive begins with. */
function caretBack(begin: string): number {
  if (begin === '{ "@path": "$." }') return 3
  return /^(\[\]|\{\}|"")$/.test(begin) ? 1 : 0
}

function valueApply({ inText }: JsonPlace) {
  return (view: EditorView, { label }: Completion, from: number, to: number) => {
    const insert = inText === undefined ? JSON.stringify(label) : JSON.stringify(label).slice(1, -1)
    put(view, from, inText === undefined ? to : Math.max(to, inText.to), insert, insert.length)
  }
}

function put(view: EditorView, from: number, to: number, insert: string, caret: number): void {
  view.dispatch({
    changes: { from, to, insert },
    selection: { anchor: from + caret },
    userEvent: 'input.complete',
  })
}
