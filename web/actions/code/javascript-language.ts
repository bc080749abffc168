import { javascript } from '@codemirror/lang-javascript'
import { indentUnit } from '@codemirror/language'
import type { Extension } from '@codemirror/state'

/** The language of transformations: colours, and names of the language to choose from. Loaded when one is written. */
export function javascriptLanguage(): Extension {
  return [javascript(), indentUnit.of('  ')]
}
