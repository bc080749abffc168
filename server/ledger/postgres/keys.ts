import { createHash } from 'node:crypto'
import { keyText } from '../../postgres/text.ts'

/** What an index holds of a subject, or of a key of what is remembered: neither has a limit. */
export function indexKey(text: string): string {
  return keyText(text, (long) => createHash('sha256').update(long).digest('base64url'))
}
