import { type CompletionContext, type CompletionResult, insertCompletionText } from '@codemirror/autocomplete'
import { StreamLanguage, type StreamParser } from '@codemirror/language'
import { type Diagnostic, linter } from '@codemirror/lint'
import type { Extension } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'
import { triggerHints } from '../../../core/trigger/explain.ts'
import { readTrigger } from '../../../core/trigger/parse.ts'
import { FUNCTIONS, type TriggerProblem } from '../../../core/trigger/syntax.ts'
import { problemText } from '../../../core/trigger/trigger.ts'
import { completePath, type SeenPath } from '../logic/paths.ts'

const LINT_AFTER_MS = 200

/** The language of triggers: colours, what can be written, and what is wrong, at its place. */
export function triggerLanguage(paths: () => readonly SeenPath[]): Extension {
  const language = StreamLanguage.define(PARSER)
  return [
    language,
    language.data.of({ autocomplete: (context: CompletionContext) => complete(context, paths()) }),
    linter((view) => diagnosticsOf(view.state.doc.toString()), { delay: LINT_AFTER_MS }),
  ]
}

const PARSER: StreamParser<object> = {
  token(stream) {
    if (stream.eatSpace()) return null
    if (stream.match(/^("([^"\\]|\\.)*"?|'([^'\\]|\\.)*'?)/)) return 'string'
    if (stream.match(/^-?\d+(\.\d+)?([eE][+-]?\d+)?/)) return 'number'
    if (stream.match(/^(and|or|in)\b/i) || stream.match('!(')) return 'keyword'
    if (stream.match(/^(true|false|null)\b/i)) return 'atom'
    if (stream.match(/^[a-z]+(?=\()/)) return 'variableName.function'
    if (stream.match(/^(\p{L}|[_$@])(\p{L}|\p{N}|[_$@.-]|\\.|\[[^\]]*\])*/u)) return 'propertyName'
    stream.next()
    return 'operator'
  },
}

export function diagnosticsOf(text: string): Diagnostic[] {
  const read = readTrigger(text)
  if (!read.ok) return text.trim() === '' ? [] : [diagnostic(read.problem, text, 'error')]
  return triggerHints(read.node).map((hint) => diagnostic(hint, text, 'warning'))
}

function diagnostic(problem: TriggerProblem, text: string, severity: 'error' | 'warning'): Diagnostic {
  const from = Math.min(problem.span.start, text.length)
  const { suggestion } = problem
  return {
    from,
    to: Math.max(from, Math.min(problem.span.end, text.length)),
    severity,
    message: problemText(problem),
    ...(suggestion === undefined
      ? {}
      : {
          actions: [
            {
              name: `Write ${suggestion}`,
              apply: (view: EditorView, start: number, end: number) =>
                view.dispatch({ changes: { from: start, to: end, insert: suggestion } }),
            },
          ],
        }),
  }
}

/** After a comparison, the values that were seen there; else fields, functions and words. */
function complete(context: CompletionContext, paths: readonly SeenPath[]): CompletionResult | null {
  const value = context.matchBefore(/(?:[\w.$@[\]"-]+)\s*(?:=|!=|>=?|<=?)\s*("[^"]*|[\w.-]*)/)
  const found = value === null ? null : /^(.*?)\s*(?:=|!=|>=?|<=?)\s*("[^"]*|[\w.-]*)$/.exec(value.text)
  if (value !== null && found !== null) {
    const [, path = '', typed = ''] = found
    const seen = paths.find((one) => one.path === path.replace(/^\$\./, ''))
    if (seen !== undefined && seen.examples.length > 0) {
      return {
        from: value.to - typed.length,
        options: seen.examples.map((example) => ({
          label: JSON.stringify(example),
          apply: applyQuoted,
        })),
        validFor: /^("[^"]*|[\w.-]*)$/,
      }
    }
  }
  const word = context.matchBefore(/[\p{L}\p{N}_$@.[\]"-]+/u)
  if (word === null && !context.explicit) return null
  const typed = word?.text ?? ''
  return {
    from: word?.from ?? context.pos,
    filter: false,
    options: [
      ...completePath(paths, typed).map(({ path, types }) => ({
        label: path,
        detail: [...types].join(', '),
      })),
      ...FUNCTIONS.filter((name) => name.startsWith(typed)).map((name) => ({
        label: name,
        detail: 'function',
        apply: `${name}(`,
      })),
      ...['and', 'or', 'in'].filter((name) => name.startsWith(typed)).map((label) => ({ label })),
    ],
  }
}

/** The editor closes a quote by itself: that one is taken over. */
function applyQuoted(
  view: EditorView,
  { label }: { readonly label: string },
  from: number,
  to: number,
): void {
  const isClosed = label.startsWith('"') && view.state.sliceDoc(to, to + 1) === '"'
  view.dispatch(insertCompletionText(view.state, label, from, isClosed ? to + 1 : to))
}
