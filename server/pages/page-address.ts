import type { FastifyRequest } from 'fastify'
import { AppError } from '../../core/errors.ts'

/** A name or an address, and a port: nothing that could break out of where it is written. */
const HOST = /^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$/

/** How a page reaches this server: `https` and `www.example.com/events`. */
export type PageAddress = { readonly protocol: 'http' | 'https'; readonly place: string }

/**
 * The address that a page used, so that it gets the same one back: as configured, which knows of a path that a proxy
 * takes away; else that of the request, as the trusted proxies tell it.
 *
 * @throws {AppError} QUERY_INVALID for a Host that is none.
 */
export function pageAddress(request: FastifyRequest, publicUrl: string | undefined): PageAddress {
  if (publicUrl !== undefined) {
    const { protocol, host, pathname } = new URL(publicUrl)
    return { protocol: protocol === 'https:' ? 'https' : 'http', place: host + pathname.replace(/\/+$/, '') }
  }
  const { host, protocol } = request
  if (!HOST.test(host))
    throw new AppError('QUERY_INVALID', { parameter: 'Host', problem: 'is no name of a host' })
  return { protocol: protocol === 'https' ? 'https' : 'http', place: host }
}
