import type { FoundScalar } from './yaml-walk.ts'

/**
 * What YAML reads otherwise than the person who wrote it most likely meant, wherever it stands; nothing for the rest.
 * Never quotes the text: it may be a secret.
 */
export function trapIn({ path, scalar }: FoundScalar): string | undefined {
  const { value, source = '', type, comment } = scalar
  if (typeof value === 'number') return numberTrap(value, source)
  if (typeof value !== 'string' || type !== 'PLAIN' || path.at(-1) !== 'trigger') return undefined
  const openQuote = (value.split('"').length - 1) % 2 === 1
  return comment && openQuote
    ? 'ends where " #" begins a comment: write the whole trigger in single quotes'
    : undefined
}

/** A plain integer that does not come out as it went in: `011`, `0x1f`, `12345678901234567890`. */
function numberTrap(value: number, source: string): string | undefined {
  if (!Number.isFinite(value)) return 'is a number that JSON cannot hold; if it is a text, write it in quotes'
  const integer = /^[-+]?(\d+|0x[\da-f]+|0o[0-7]+)$/i.test(source)
  if (!integer || source.replace(/^\+/, '') === (Object.is(value, -0) ? '-0' : String(value)))
    return undefined
  return 'is read as a number and changed by it; write it in quotes to keep it as it is, or as a plain number'
}
