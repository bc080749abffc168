export type Exposure = {
  readonly host: string
  readonly url: string | undefined
  /** HTTPS of our own, or a proxy that is believed, or the operator's wish. */
  readonly isProtected: boolean
  readonly hasLogin: boolean
}

/**
 * Why the admin side may not be reached like this from beyond this machine, and what to do; undefined: it may. Whoever
 * reaches it may do everything where login is off, so never then; and a password must not cross a network
 * that others read.
 */
export function exposureProblem({ host, url, isProtected, hasLogin }: Exposure): string | undefined {
  if (isLoopback(host) && (url === undefined || isLoopback(new URL(url).hostname))) return undefined
  if (!hasLogin)
    return 'must be this machine (127.0.0.1): beyond it, the admin side is for those who log in, and login is off'
  return isProtected
    ? undefined
    : 'needs --tls-cert and --tls-key, a proxy (--trust-proxy) or --admin-insecure yes'
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}
