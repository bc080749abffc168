import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { isThisMachine, senderKey } from './client-address.ts'

export type ConnectionLimits = {
  /** More are closed at once. */
  readonly all_max: number
  /** From one address other than this machine; undefined behind a proxy, from where all of them come. */
  readonly address_max: number | undefined
}

/** How long a client may take, and how much it may say before its body: a whole address is a part of the head. */
export const PATIENCE = {
  /** Longer than the idle time of common load balancers (60 s), so that they close first and no request is cut. */
  keepAlive_ms: 72_000,
  /** The line and the headers of a request: who drips them is hostile, https://en.wikipedia.org/wiki/Slowloris */
  head_ms: 10_000,
  /** All of a request, its body too. */
  request_ms: 30_000,
  /** A TLS handshake. */
  handshake_ms: 10_000,
  /** How often it is looked at. */
  check_ms: 2_000,
  /** As nginx takes by default (4 x 8 KiB), halved. */
  head_bytes_max: 16_384,
  headers_max: 100,
} as const
export type Patience = { readonly [name in keyof typeof PATIENCE]: number }

/** Closes connections beyond the limits, and tells of each. */
export function limitConnections(
  server: Server,
  { all_max, address_max }: ConnectionLimits,
  onClosed: () => void,
): void {
  server.maxConnections = all_max
  server.on('drop', onClosed)
  if (address_max === undefined) return
  const open = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const key = senderKey(socket.remoteAddress)
    const count = (open.get(key) ?? 0) + 1
    if (count > address_max && !isThisMachine(key)) {
      onClosed()
      socket.destroy()
      return
    }
    open.set(key, count)
    socket.once('close', () => {
      const left = (open.get(key) ?? 1) - 1
      if (left === 0) open.delete(key)
      else open.set(key, left)
    })
  })
}
