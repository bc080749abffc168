import type { Random } from '../../crash/random.ts'

export function pick<Item>(random: Random, from: readonly Item[]): Item {
  return from[random.whole(0, from.length - 1)] as Item
}

const NAMES = [
  ...['type', 'event', 'userId', 'anonymousId', 'messageId', 'timestamp', 'sentAt', 'properties', 'traits'],
  ...['context', 'integrations', 'name', 'category', 'groupId', 'previousId', 'writeKey', 'batch', 'ip'],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'toJSON', 'valueOf', 'then'],
  ...['', ' ', 'a.b', '$', '@path', '0', '-1', 'length', '\u0000', '\ud800', 'é', '😀', 'x'.repeat(300)],
] as const
const VALUES = [
  ...[
    '""',
    '"x"',
    '"ada"',
    '"track"',
    '"2026-01-02T03:04:05Z"',
    '"not a date"',
    '"999999-01-01"',
    '"\\u0000"',
  ],
  ...[
    '"\\ud800"',
    '"\\ud83d\\ude00"',
    '"__proto__"',
    '"<script>"',
    '"\'; drop table chunk; --"',
    '"{{7*7}}"',
  ],
  ...[
    '0',
    '-0',
    '1',
    '-1',
    '1e309',
    '-1e309',
    '5e-324',
    '9007199254740993',
    '1.5',
    '123456789012345678901234567890',
  ],
  ...['true', 'false', 'null', '{}', '[]', '[[]]', '{"a":{}}', '{"__proto__":{"polluted":true}}'],
  ...['{"constructor":{"prototype":{"polluted":true}}}', '{"toJSON":1,"toString":2}', '{"length":1e9}'],
] as const

/** A value as JSON text, of a few levels; now and then of very many, or very wide. */
export function hostileJson(random: Random, levels = random.whole(0, 4)): string {
  const dice = random.whole(0, 400)
  if (dice === 0) return nested(random, random.whole(20, 3_000))
  if (dice === 1)
    return `{${Array.from({ length: random.whole(100, 3_000) }, (_, at) => `"k${at}":1`).join()}}`
  if (dice === 2) return JSON.stringify('y'.repeat(random.whole(200, 70_000)))
  if (levels === 0 || dice % 3 === 0) return pick(random, VALUES)
  const count = random.whole(0, 4)
  if (dice % 3 === 1)
    return `[${Array.from({ length: count }, () => hostileJson(random, levels - 1)).join()}]`
  const parts = Array.from(
    { length: count },
    () => `${hostileName(random)}:${hostileJson(random, levels - 1)}`,
  )
  return `{${parts.join()}}`
}

export function hostileName(random: Random): string {
  return JSON.stringify(pick(random, NAMES))
}

function nested(random: Random, levels: number): string {
  const [open, close] = pick(random, [
    ['[', ']'],
    ['{"a":', '}'],
    ['{"__proto__":', '}'],
    ['[{"a":', '}]'],
  ] as const)
  return `${open.repeat(levels)}1${close.repeat(levels)}`
}

/** The text with a few of its bytes changed, left out, doubled or brought in. */
export function brokenBytes(random: Random, text: string): Buffer {
  let bytes = Buffer.from(text)
  for (let changes = random.whole(1, 3); changes > 0 && bytes.length > 0; changes--) {
    const at = random.whole(0, bytes.length - 1)
    switch (random.whole(0, 4)) {
      case 0:
        bytes[at] = random.whole(0, 255)
        break
      case 1:
        bytes = bytes.subarray(0, at)
        break
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)])
        break
      case 3:
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          BAD_PARTS[random.whole(0, 6)] as Buffer,
          bytes.subarray(at),
        ])
        break
      default:
        bytes = Buffer.concat([bytes, bytes.subarray(at)])
    }
  }
  return bytes
}

/** An overlong slash, half a character, surrogates in UTF-8, a BOM, a byte that never is one, a zero, UTF-16. */
const BAD_PARTS = ['c0af', 'e282', 'eda080', 'efbbbf', 'ff', '00', 'fffe7b00'].map((hex) =>
  Buffer.from(hex, 'hex'),
)
