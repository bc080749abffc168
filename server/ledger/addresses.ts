import type { Address } from '../../core/event.ts'

/**
 * Packs the addresses that a request carried, in their order.
 *
 * Neighbours share their lane and chunk, so what is written is runs: lane and chunk as the difference from the run
 * before, then the first index and the count. A batch of whole chunks costs about 4 bytes a chunk; one of which every
 * second event was left out, about 5 bytes an event.
 *
 * Numbers are LEB128 (7 bits a byte, lowest first, the top bit says that more follows), differences with their sign
 * in bit 6 of the first byte.
 *
 * @throws {RangeError} when a part of an address is no whole number from 0 to 2^53 - 1: a bug in the caller.
 */
export function packAddresses(addresses: readonly Address[]): Uint8Array {
  addresses.forEach(checkAddress)
  const bytes: number[] = []
  let lane = 0
  let chunk = 0
  for (let at = 0; at < addresses.length; ) {
    const first = addresses[at] as Address
    const count = runLength(addresses, at)
    pushDifference(bytes, first.lane - lane)
    pushDifference(bytes, first.chunk - chunk)
    pushNumber(bytes, first.index)
    pushNumber(bytes, count)
    lane = first.lane
    chunk = first.chunk
    at += count
  }
  return Uint8Array.from(bytes)
}

/** The reverse of `packAddresses`. @throws {RangeError} when the bytes end inside a number. */
export function unpackAddresses(bytes: Uint8Array): readonly Address[] {
  const addresses: Address[] = []
  const reader = { bytes, at: 0 }
  let lane = 0
  let chunk = 0
  while (reader.at < bytes.length) {
    lane += readDifference(reader)
    chunk += readDifference(reader)
    const first = readNumber(reader)
    const count = readNumber(reader)
    for (let n = 0; n < count; n++) addresses.push({ lane, chunk, index: first + n })
  }
  return addresses
}

function checkAddress({ lane, chunk, index }: Address): void {
  for (const part of [lane, chunk, index]) {
    if (!Number.isSafeInteger(part) || part < 0) {
      throw new RangeError(`an address holds whole numbers from 0 on, got ${String(part)}`)
    }
  }
}

/** How many addresses from `at` on follow each other in one chunk. */
function runLength(addresses: readonly Address[], at: number): number {
  const { lane, chunk, index } = addresses[at] as Address
  let count = 1
  for (; at + count < addresses.length; count++) {
    const next = addresses[at + count] as Address
    if (next.lane !== lane || next.chunk !== chunk || next.index !== index + count) break
  }
  return count
}

// Numbers may pass 32 bits, where JavaScript's shifts end: so they are divided.

function pushNumber(bytes: number[], number: number): void {
  let rest = number
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  bytes.push(rest)
}

function pushDifference(bytes: number[], difference: number): void {
  const size = Math.abs(difference)
  const sign = difference < 0 ? 0x40 : 0
  const more = size >= 0x40 ? 0x80 : 0
  bytes.push((size % 0x40) | sign | more)
  if (more !== 0) pushNumber(bytes, Math.floor(size / 0x40))
}

type Reader = { readonly bytes: Uint8Array; at: number }

function readByte(reader: Reader): number {
  const byte = reader.bytes[reader.at]
  if (byte === undefined) throw new RangeError('packed addresses end too early')
  reader.at += 1
  return byte
}

function readNumber(reader: Reader): number {
  let number = 0
  for (let scale = 1; ; scale *= 0x80) {
    const byte = readByte(reader)
    number += (byte & 0x7f) * scale
    if (byte < 0x80) return number
  }
}

function readDifference(reader: Reader): number {
  const first = readByte(reader)
  const rest = first >= 0x80 ? readNumber(reader) * 0x40 : 0
  const size = (first & 0x3f) + rest
  return (first & 0x40) === 0 ? size : -size
}
