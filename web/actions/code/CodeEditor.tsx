import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { bracketMatching, syntaxHighlighting } from '@codemirror/language'
import { Compartment, EditorState, type Extension } from '@codemirror/state'
import { EditorView, keymap, placeholder } from '@codemirror/view'
import { type ReactElement, useEffect, useRef } from 'react'
import { COLOURS, THEME } from './theme.ts'

type Props = {
  readonly label: string
  readonly text: string
  readonly onText: (text: string) => void
  /** The language: what it is of the first time stays. */
  readonly language: Extension
  readonly hint?: string
  readonly isInvalid?: boolean | undefined
}

/** Ctrl-Enter tries the action on real events, wherever the focus is: the editor must not take it. */
const KEYS = [...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap].filter(
  ({ key }) => key !== 'Mod-Enter',
)

/**
 * An editor of code. It stands in a shadow root: there CodeMirror brings its styles as style sheets of the root, which
 * the content security policy allows; in the page itself it would write a `style` element, which it does not.
 */
export function CodeEditor({ label, text, onText, language, hint = '', isInvalid }: Props): ReactElement {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)
  const attributes = useRef(new Compartment())
  const given = useRef({ text, onText, language, hint, label, isInvalid })
  given.current = { text, onText, language, hint, label, isInvalid }

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
          given.current.language,
          attributes.current.of(contentAttributes(given.current)),
          EditorView.updateListener.of(({ docChanged, state }) => {
            const now = state.doc.toString()
            if (docChanged && now !== given.current.text) given.current.onText(now)
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
    const { current: now } = view
    if (now === undefined || now.state.doc.toString() === text) return
    now.dispatch({ changes: { from: 0, to: now.state.doc.length, insert: text } })
  }, [text])
  useEffect(() => {
    const effects = attributes.current.reconfigure(contentAttributes({ label, isInvalid }))
    view.current?.dispatch({ effects })
  }, [label, isInvalid])
  return (
    <div
      ref={host}
      data-invalid={isInvalid || undefined}
      className="min-w-0 overflow-hidden rounded-md border border-edge bg-surface focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent data-invalid:border-bad"
    />
  )
}

function contentAttributes({ label, isInvalid }: Pick<Props, 'label' | 'isInvalid'>): Extension {
  return EditorView.contentAttributes.of({
    'aria-label': label,
    ...(isInvalid === true ? { 'aria-invalid': 'true' } : {}),
  })
}
