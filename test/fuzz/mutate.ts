import type { Random } from '../crash/random.ts'

/** What a language is made of, and what has broken readers of languages. */
const PIECES = [
  ...[
    'type',
    'event',
    'properties.a',
    '$.',
    'properties["x"]',
    '\\and',
    '[0]',
    '.length',
    '__proto__',
    'constructor',
  ],
  ...[
    '"x"',
    "'x'",
    '"',
    "'",
    '\\',
    '\\\\',
    '["',
    '"]',
    '(',
    ')',
    '[',
    ']',
    ',',
    '.',
    '$',
    '@',
    '-',
    '_',
    '!',
    '!!',
  ],
  ...[
    '=',
    '!=',
    '>',
    '<',
    '>=',
    '<=',
    '==',
    ' in ',
    ' IN (',
    ' and ',
    ' OR ',
    'null',
    'TRUE',
    'false',
    '&&',
    '||',
  ],
  ...['contains(', 'match(', 'length(', 'lowercase(', 'titlecase(', 'typeof(', 'bool(', 'string(', 'number('],
  ...[
    '"*"',
    '"[a-z]?"',
    '"\\\\*["',
    '0',
    '-1',
    '1e999',
    '5e-324',
    '12.5',
    '00',
    '.5',
    '1.',
    '0x1',
    '9'.repeat(400),
  ],
  ...[
    ' ',
    '\n',
    '\r\n',
    '\t',
    '\0',
    '\u00a0',
    '\u2028',
    '\ufeff',
    '\u200b',
    '😀',
    '\ud83d',
    '\ude00',
    'e\u0301',
    'İ',
  ],
]

/** One change: a part cut, left out, doubled, replaced or brought in from another text, or a bit of it flipped. */
export function mutated(text: string, random: Random, known: readonly string[]): string {
  const pick = (from: readonly string[]) => from[random.whole(0, from.length - 1)] ?? ''
  const [a, b] = [random.whole(0, text.length), random.whole(0, text.length)]
  const [from, to] = [Math.min(a, b), Math.max(a, b)]
  const [before, part, after] = [text.slice(0, from), text.slice(from, to), text.slice(to)]
  const near = text.slice(Math.min(text.length, from + random.whole(0, 3)))
  switch (random.whole(0, 11)) {
    case 0:
      return part
    case 1:
      return before + near
    case 2:
      return before + part + part + after
    case 3:
      return before + part.repeat(random.whole(2, 12)) + after
    case 4:
      return before + pick(PIECES) + near
    case 5:
      return before + pick(PIECES) + text.slice(from)
    case 6: {
      const other = pick(known)
      return before + other.slice(random.whole(0, other.length))
    }
    case 7:
      return `${text}${pick([' and ', ' or ', ' and !', ' or (', ',', ' '])}${pick(known)}`
    case 8:
      return pick(['(', '!', '!(', 'bool(', '[']) + text + pick([')', '', ']', ') = true'])
    case 9: {
      const unit = text.charCodeAt(from) || 0
      return before + String.fromCharCode(unit ^ (1 << random.whole(0, 15))) + text.slice(from + 1)
    }
    case 10:
      return before + String.fromCodePoint(random.whole(0, 0x10ffff)) + text.slice(from)
    default:
      return before + Array.from({ length: random.whole(1, 6) }, () => pick(PIECES)).join('') + after
  }
}
