import { useState } from 'react'
import type { ValueKind } from '../logic/value-kinds.ts'

/**
 * The kind under which a value is shown. What a person chose stays, also while the value could be shown more simply (code
 * that is a path for a moment); a value that is put from elsewhere, by undo or the default, is shown as what it is.
 */
export function useChosenKind(found: ValueKind): readonly [ValueKind, (kind: ValueKind) => void] {
  const [state, setState] = useState({ chosen: found, found })
  if (state.found !== found) {
    setState({ chosen: state.chosen === 'code' && found !== 'nothing' ? 'code' : found, found })
  }
  return [state.chosen, (chosen) => setState({ chosen, found })]
}
