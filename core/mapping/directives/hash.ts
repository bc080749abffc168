import { hex, sha256 } from '../../sha256.ts'
import { changing } from './directive.ts'

const EMAIL = /^[^\s@]+@[^\s@]+$/

export const hash = changing((value, failed) => {
  if (value === null || value === '') return undefined
  if (typeof value === 'object') return failed('cannot hash a list or an object')
  const text = String(value)
  const trimmed = text.trim()
  return hex(sha256(EMAIL.test(trimmed) ? trimmed.toLowerCase() : text))
})
