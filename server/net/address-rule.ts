import ipaddr from 'ipaddr.js'

/** What an operator allows beside public addresses: `loopback`, networks such as `10.0.0.0/8`, names such as `hooks.internal`. */
export type Allowed = readonly string[]

export type AddressRule = {
  /** Which kind of address it is that may not be reached, for people; undefined: it may. */
  readonly problem: (address: string) => string | undefined
  /** Whether whatever a name resolves to may be reached. */
  readonly isAllowedName: (name: string) => boolean
}

type Address = ipaddr.IPv4 | ipaddr.IPv6

const LOOPBACK = ['127.0.0.0/8', '::1/128']
/** RFC 4291, section 2.4, and what IANA has given out of it: everything else in IPv6 is no address of the internet. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3')
/** RFC 6052: an IPv4 address as seen through NAT64. */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96')

/**
 * Which addresses an address that a person configured may lead to: those of the internet, and what the operator allows.
 * Everything in the registries of special addresses is refused, whatever form it is written in.
 *
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
export function addressRule(allowed: Allowed): AddressRule {
  const networks = allowed
    .flatMap((entry) => (entry === 'loopback' ? LOOPBACK : [entry]))
    .filter(isNetwork)
    .map(readNetwork)
  const names = new Set(allowed.filter((entry) => !isNetwork(entry)).map(plainName))
  return {
    problem(text) {
      if (!ipaddr.isValid(text)) return 'no address'
      const address = plain(ipaddr.parse(text))
      if (networks.some((network) => isWithin(address, network))) return undefined
      return specialKind(address)
    },
    isAllowedName: (name) => names.has(plainName(name)),
  }
}

/** Whether the operator's text is an address or a network, and no name. */
export function isNetwork(text: string): boolean {
  return (
    ipaddr.isValidCIDR(text) || (ipaddr.isValid(text) && (text.includes(':') || /^\d+(\.\d+){3}$/.test(text)))
  )
}

function readNetwork(text: string): [Address, number] {
  if (!ipaddr.isValidCIDR(text)) {
    const address = plain(ipaddr.parse(text))
    return [address, address.kind() === 'ipv4' ? 32 : 128]
  }
  const [address, bits] = ipaddr.parseCIDR(text)
  return [address, bits]
}

function isWithin(address: Address, network: [Address, number]): boolean {
  return address.kind() === network[0].kind() && address.match(network)
}

/** `example.com.` and `EXAMPLE.com` are the same name. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}

/** The IPv4 address inside, where there is one: a packet would go there. */
function plain(address: Address): Address {
  if (address.kind() === 'ipv4') return address
  const six = address as ipaddr.IPv6
  if (six.isIPv4MappedAddress()) return six.toIPv4Address()
  return six.match(NAT64) ? new ipaddr.IPv4(six.toByteArray().slice(12)) : six
}

function specialKind(address: Address): string | undefined {
  const range: string = address.range()
  if (range !== 'unicast') return RANGE_NAMES[range] ?? 'a special address'
  if (address.kind() === 'ipv6' && !(address as ipaddr.IPv6).match(GLOBAL_UNICAST)) return 'a special address'
  return undefined
}

const RANGE_NAMES: Readonly<Record<string, string>> = {
  loopback: 'this machine itself',
  unspecified: 'this machine itself',
  private: 'a private network',
  uniqueLocal: 'a private network',
  deprecatedSiteLocal: 'a private network',
  carrierGradeNat: "a carrier's private network",
  linkLocal: 'the local link, where clouds keep their metadata',
  multicast: 'a group of machines',
  broadcast: 'a group of machines',
}
