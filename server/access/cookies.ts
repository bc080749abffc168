import type { FastifyRequest } from 'fastify'

export type CookieOptions = {
  readonly name: string
  readonly value: string
  /** `Strict`: no other site can have it sent. `Lax`: it comes with a person who follows a link here. */
  readonly sameSite: 'Strict' | 'Lax'
  readonly isSecure: boolean
  /** 0 takes it back. */
  readonly age_s_max: number
}

/** A `Set-Cookie` header. No script reads it; with TLS no other host can set it (`__Host-`, RFC 6265bis 4.1.3). */
export function cookieText({ name, value, sameSite, isSecure, age_s_max }: CookieOptions): string {
  const secure = isSecure ? '; Secure' : ''
  return `${cookieName(name, isSecure)}=${value}; Path=/; Max-Age=${age_s_max}; HttpOnly; SameSite=${sameSite}${secure}`
}

/** Of a cookie that came twice, neither is believed. */
export function readCookie({ headers, protocol }: FastifyRequest, name: string): string | undefined {
  const wanted = `${cookieName(name, protocol === 'https')}=`
  const found = (headers.cookie ?? '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(wanted))
  return found.length === 1 ? found[0]?.slice(wanted.length) : undefined
}

function cookieName(name: string, isSecure: boolean): string {
  return isSecure ? `__Host-${name}` : name
}
