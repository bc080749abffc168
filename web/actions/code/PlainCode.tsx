import type { ReactElement } from 'react'
import { TextArea } from '../../ui/TextArea.tsx'
import type { CodeProps } from './Code.tsx'

/** In place of the editor where that cannot be loaded: the same text, without colours and completion. */
export function PlainCode({ label, text, onText, hint, isInvalid }: CodeProps): ReactElement {
  return (
    <TextArea
      isMono
      aria-label={label}
      aria-invalid={isInvalid || undefined}
      placeholder={hint}
      value={text}
      onText={onText}
      className="w-full"
    />
  )
}
