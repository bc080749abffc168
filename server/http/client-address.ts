import { isIPv4, isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'

/** What a site gets of IPv6 at least (RFC 6177): whoever has one address has all of these. */
const SITE_BYTES = 8

/**
 * What stands for the sender of a request where senders are counted: an IPv4 address, or the network of an IPv6 one. A
 * proxy may have been told anything, so what is no address at all is one sender.
 */
export function senderKey(address: string | undefined): string {
  if (address === undefined || isIPv4(address)) return address ?? 'unknown'
  if (!isIPv6(address)) return 'unknown'
  const six = ipaddr.IPv6.parse(address)
  if (six.isIPv4MappedAddress()) return six.toIPv4Address().toString()
  return isLoopbackV6(six)
    ? '::1'
    : `${Buffer.from(six.toByteArray().slice(0, SITE_BYTES)).toString('hex')}::`
}

/** A proxy on this machine, or a test: no client. */
export function isThisMachine(key: string): boolean {
  return key.startsWith('127.') || key === '::1'
}

function isLoopbackV6(address: ipaddr.IPv6): boolean {
  return address.range() === 'loopback'
}
