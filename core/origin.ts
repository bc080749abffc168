/** So many sites a person keeps in view. */
export const ORIGINS_MAX = 100
/** The longest name that DNS knows (RFC 1035, section 2.3.4), with a scheme and a port. */
export const ORIGIN_CHARS_MAX = 270

const ORIGIN = /^(https?):\/\/(\*\.)?([a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/
const USUAL_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443' }

/**
 * What is wrong with an origin as a person writes it: `https://example.com`, with a port where it is not the usual one,
 * or `https://*.example.com` for every name below. Browsers send origins in lower case and without the usual port:
 * https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin
 */
export function originProblem(text: string): string | undefined {
  const match = ORIGIN.exec(text)
  if (match === null || text.length > ORIGIN_CHARS_MAX) {
    return 'must be an origin such as https://example.com or https://*.example.com, in lower case and without a path'
  }
  const [, scheme = '', star, host = '', port] = match
  if (host.includes('..')) return 'must have no empty name between dots'
  if (star !== undefined && !host.includes('.')) return 'must name a domain after "*.", such as *.example.com'
  if (port === USUAL_PORTS[scheme]) return `must not name port ${port}: browsers leave it out`
  return undefined
}

/** Whether one of the origins is this one; `https://*.example.com` is not `https://example.com`. */
export function isOriginAllowed(origins: readonly string[], origin: string): boolean {
  return origins.some((allowed) => {
    const star = allowed.indexOf('*')
    if (star === -1) return allowed === origin
    const [before, after] = [allowed.slice(0, star), allowed.slice(star + 1)]
    const below = origin.slice(before.length, origin.length - after.length)
    return (
      origin.length > before.length + after.length &&
      origin.startsWith(before) &&
      origin.endsWith(after) &&
      /^[a-z0-9_.-]+$/.test(below)
    )
  })
}
