import type { Simple } from '../../../core/trigger/syntax.ts'

/** The types that a person chooses from for a value of a condition. */
export type Simples = 'text' | 'number' | 'yes/no'

export function simpleType(value: Simple): Simples {
  if (typeof value === 'number') return 'number'
  return typeof value === 'boolean' ? 'yes/no' : 'text'
}

/** What was typed, as the type has it. A number that is none yet, such as `-` or `1.`, stays a text until it is one. */
export function simpleOf(text: string, type: Simples): Simple {
  if (type === 'yes/no') return text === 'true'
  const number = Number(text)
  const isWhole = text.trim() !== '' && Number.isFinite(number) && String(number) === text
  return type === 'number' && isWhole ? number : text
}

/** The same value under another type, as near as it can be. */
export function withType(value: Simple, type: Simples): Simple {
  switch (type) {
    case 'text':
      return value === null ? '' : String(value)
    case 'number': {
      const number = Number(value)
      return Number.isFinite(number) ? number : 0
    }
    case 'yes/no':
      return value !== 'false' && value !== false && value !== 0 && value !== ''
  }
}
