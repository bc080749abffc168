import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { bracketMatching, syntaxHighlighting } from '@codemirror/language'
import { type Diagnostic, setDiagnostics } from '@codemirror/lint'
import { Annotation, Compartment, EditorState, type Extension } from '@codemirror/state'
import { EditorView, keymap, placeholder } from '@codemirror/view'
import { type ReactElement, type RefObject, useEffect, useRef } from 'react'
import type { CodeProblem, CodeProps } from './Code.tsx'
import { mappingLanguage } from './mapping-language.ts'
import { schemaLanguage } from './schema-language.ts'
import { COLOURS, THEME } from './theme.ts'
import { triggerLanguage } from './trigger-language.ts'

const LANGUAGES = {
  ...{ trigger: triggerLanguage, mapping: mappingLanguage, json: schemaLanguage, javascript: () => [] },
}
const FROM_OUTSIDE = Annotation.define<boolean>()
const NO_PROBLEMS: readonly CodeProblem[] = []

/** Ctrl-Enter tries the action on real events, wherever the focus is: the editor must not take it. */
const KEYS = [...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap].filter(
  ({ key }) => key !== 'Mod-Enter',
)

/**
 * An editor of code. It stands in a shadow root: there CodeMirror brings its styles as style sheets of the root, which
 * the content security policy allows; in the page itself it would write a `style` element, which it does not.
 */
export function CodeEditor({ hint = '', ...props }: CodeProps): ReactElement {
  const { label, text, isInvalid } = props
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)
  const attributes = useRef(new Compartment())
  const later = useRef(new Compartment())
  const given = useRef({ ...props, hint })
  const told = useRef<string[]>([])
  given.current = { ...props, hint }

  useEffect(() => {
    const place = host.current as HTMLDivElement
    const root = place.shadowRoot ?? place.attachShadow({ mode: 'open' })
    const made = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: given.current.text,
        extensions: [
          history(),
          closeBrackets(),
          bracketMatching(),
          autocompletion({ icons: false, activateOnTyping: true }),
          keymap.of(KEYS),
          EditorView.lineWrapping,
          placeholder(given.current.hint),
          syntaxHighlighting(COLOURS),
          THEME,
          LANGUAGES[given.current.language](() => given.current.paths),
          later.current.of([]),
          attributes.current.of(contentAttributes(given.current)),
          EditorView.updateListener.of(({ docChanged, state, transactions }) => {
            if (!docChanged || transactions.some((one) => one.annotation(FROM_OUTSIDE) === true)) return
            told.current.push(state.doc.toString())
            given.current.onText(state.doc.toString())
          }),
        ],
      }),
    })
    view.current = made
    return () => {
      made.destroy()
      view.current = undefined
    }
  }, [])

  useEffect(() => {
    // What the editor has told comes back here, on a busy machine after the next key: it must not undo that key.
    const echoed = told.current.lastIndexOf(text)
    told.current.splice(0, echoed === -1 ? told.current.length : echoed + 1)
    const { current: now } = view
    if (echoed !== -1 || now === undefined || now.state.doc.toString() === text) return
    now.dispatch({
      changes: { from: 0, to: now.state.doc.length, insert: text },
      annotations: FROM_OUTSIDE.of(true),
    })
  }, [text])
  useEffect(() => {
    const effects = attributes.current.reconfigure(contentAttributes({ label, isInvalid }))
    view.current?.dispatch({ effects })
  }, [label, isInvalid])
  useJavaScript(view, later.current, props)
  return (
    <div
      ref={host}
      data-invalid={isInvalid || undefined}
      className="min-w-0 overflow-hidden rounded-md border border-edge bg-surface focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent data-invalid:border-bad"
    />
  )
}

/** The language where it is JavaScript, which is loaded by itself, and what the server says is wrong. */
function useJavaScript(
  view: RefObject<EditorView | undefined>,
  later: Compartment,
  { language, problems = NO_PROBLEMS }: Pick<CodeProps, 'language' | 'problems'>,
): void {
  useEffect(() => {
    if (language !== 'javascript') return
    // Without its colours the text can be written as well.
    void import('./javascript-language.ts').then(
      ({ javascriptLanguage }) =>
        view.current?.dispatch({ effects: later.reconfigure(javascriptLanguage()) }),
      () => {},
    )
  }, [view, later, language])
  useEffect(() => {
    const { current: now } = view
    if (now !== undefined) now.dispatch(setDiagnostics(now.state, problems.map(diagnosticIn(now.state))))
  }, [view, problems])
}

/** From its place to the end of the line; the text may have changed meanwhile. */
function diagnosticIn({ doc }: EditorState): (problem: CodeProblem) => Diagnostic {
  return ({ line, column, problem }) => {
    const at = doc.line(Math.min(Math.max(line, 1), doc.lines))
    const from = Math.min(at.from + column - 1, at.to)
    return { from, to: at.to, message: problem, severity: 'error' }
  }
}

function contentAttributes({ label, isInvalid }: Pick<CodeProps, 'label' | 'isInvalid'>): Extension {
  return EditorView.contentAttributes.of({
    'aria-label': label,
    ...(isInvalid === true ? { 'aria-invalid': 'true' } : {}),
  })
}
