import type { FastifyRequest } from 'fastify'
import { AppError } from '../../core/errors.ts'

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * A browser brings the session's cookie along, whoever asked it to: so what changes something must come from a page of this
 * very origin, as the browser itself says (Fetch Metadata, else `Origin`), and declare its body as JSON, which no form can.
 * What comes from no browser says neither. OWASP CSRF Prevention Cheat Sheet.
 *
 * @throws {AppError} REQUEST_FOREIGN
 */
export function checkSameOrigin({ method, headers }: FastifyRequest): void {
  if (READS.has(method)) return
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw foreign(`Sec-Fetch-Site is ${site}`)
  const { origin, host = '' } = headers
  if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== hostOf(origin, host)))
    throw foreign(`Origin is ${origin}`)
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase()
  if (hasBody && type !== 'application/json') throw foreign('Content-Type is not application/json')
}

/** The host without the port that the scheme has anyway, as an origin has it. */
function hostOf(origin: string, host: string): string {
  const { protocol } = new URL(origin)
  return URL.canParse(`${protocol}//${host}`) ? new URL(`${protocol}//${host}`).host : ''
}

function foreign(problem: string): AppError {
  return new AppError('REQUEST_FOREIGN', { problem })
}
