/** Two years, as https://hstspreload.org asks for; not the domains below, which this server knows nothing of. */
const HSTS = 'max-age=63072000'

/**
 * Scripts and styles come from files of ours alone, and nobody may put a page of ours into theirs. Styles that scripts
 * set through the DOM are not styles inline: https://www.w3.org/TR/CSP3/#directive-style-src.
 */
const CLOSED = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'cache-control': 'no-store',
} as const
/** Pages of every site load scripts from here and read what they are answered. */
const OPEN = { 'x-content-type-options': 'nosniff' } as const

/**
 * Headers of every answer, also of errors and of what is no page: `closed` for the admin side, `open` for what everybody
 * may reach. A route that says otherwise wins.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html
 */
export function securityHeaders(side: 'closed' | 'open', hasTls: boolean): Readonly<Record<string, string>> {
  return {
    ...(side === 'closed' ? CLOSED : OPEN),
    ...(hasTls ? { 'strict-transport-security': HSTS } : {}),
  }
}
