import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { AppError } from '../errors.ts'
import { anyObject, deepFreeze, trackEvent } from '../testing.ts'
import { compileNode } from './compile.ts'
import { event, operand, trigger } from './draw.fixtures.ts'
import { explainTrigger, triggerHints } from './explain.ts'
import { fromForm, toForm } from './form.ts'
import { holds, resultOf, withoutSpans } from './oracle.fixtures.ts'
import { readTrigger } from './parse.ts'
import { printTrigger } from './print.ts'
import type { Operand, TriggerNode } from './syntax.ts'
import { compileTrigger } from './trigger.ts'
import { written } from './write.fixtures.ts'

const again = (text: string): TriggerNode => {
  const read = readTrigger(text)
  return read.ok ? read.node : assert.fail(`${read.problem.problem} at ${read.problem.span.start}: ${text}`)
}
const isSame = (a: TriggerNode, b: TriggerNode) => assert.deepEqual(withoutSpans(a), withoutSpans(b))

/** Choices that fast-check makes, and makes smaller when something fails. */
const chooser = fc.array(fc.nat(59), { minLength: 1, maxLength: 20 }).map((choices) => () => {
  let made = 0
  return (below: number) => (choices[made++ % choices.length] ?? 0) % below
})

describe('text and tree', () => {
  test('what is printed reads as the same', () => {
    fc.assert(
      fc.property(trigger, (node) => isSame(again(printTrigger(node)), node)),
      { numRuns: 4_000 },
    )
  })

  test('however a person writes it, it reads as the same', () => {
    fc.assert(
      fc.property(trigger, chooser, (node, choices) => isSame(again(written(node, choices())), node)),
      { numRuns: 4_000 },
    )
  })

  test('it comes back from the conditions of the editor as the same', () => {
    fc.assert(
      fc.property(trigger, (node) => {
        const back = fromForm(toForm(node))
        assert.ok(back.ok)
        isSame(back.node, node)
      }),
      { numRuns: 4_000 },
    )
  })

  test('every value stands where it says', () => {
    fc.assert(
      fc.property(trigger, chooser, (node, choices) => {
        const text = written(node, choices())
        for (const part of operandsOf(again(text))) {
          const { start, end } = part.span
          assert.ok(0 <= start && start < end && end <= text.length)
          const own = text.slice(start, end)
          const alone = again(`${part.kind === 'list' ? 'a in ' : 'a = '}${own}`)
          assert.ok(alone.kind === 'compare')
          assert.deepEqual(withoutSpans(alone.right), withoutSpans(part), own)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('what a trigger says of an event', () => {
  test('is what the plainest interpreter says, and both are frequent', () => {
    const given = { runs: 0, held: 0, conditions: 0, heldAlone: 0 }
    fc.assert(
      fc.property(trigger, event, (node, sent) => {
        const expected = holds(node, sent)
        given.runs += 1
        given.held += +expected
        if (node.kind === 'compare') {
          given.conditions += 1
          given.heldAlone += +expected
        }
        assert.equal(compileNode(node)(sent), expected)
        assert.equal(explainTrigger(node, sent).matches, expected)
      }),
      { numRuns: 10_000 },
    )
    assert.ok(given.held > given.runs / 5 && given.held < (given.runs * 4) / 5, JSON.stringify(given))
    assert.ok(given.heldAlone > given.conditions / 20, JSON.stringify(given))
  })

  test('every value, alone', () => {
    let simple = 0
    fc.assert(
      fc.property(operand, event, (left, sent) => {
        const value = resultOf(left, sent)
        if (typeof value === 'object' && value !== null) return
        simple += 1
        const span = { start: 0, end: 0 }
        const right: Operand = { kind: 'literal', value, span }
        const isIt = compileNode({ kind: 'compare', comparison: '=', left, right })
        assert.equal(isIt(sent), true, JSON.stringify(value))
      }),
      { numRuns: 10_000 },
    )
    assert.ok(simple > 5_000, `${simple} values that are no list and no object`)
  })

  test('a long part is found where it is, and nowhere else', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'a', 'a', 'b'), minLength: 60, maxLength: 400 })
    const found = { yes: 0, no: 0 }
    fc.assert(
      fc.property(letters, fc.nat(), fc.nat(), fc.constantFrom('', 'b'), (text, from, chars, more) => {
        const start = from % 50
        const part = text.slice(start, start + 60 + (chars % 300)) + more
        const expected = [...text].some((_, at) => text.slice(at, at + part.length) === part)
        found[expected ? 'yes' : 'no'] += 1
        const match = compileTrigger(`contains(event, "${part}")`)
        assert.equal(match(trackEvent({ event: text })), expected)
      }),
      { numRuns: 2_000 },
    )
    assert.ok(Math.min(found.yes, found.no) > 200, JSON.stringify(found))
  })

  test('the conditions that decided are conditions of it, and there is one at least', () => {
    fc.assert(
      fc.property(trigger, event, (node, sent) => {
        const { clauses } = explainTrigger(node, sent)
        assert.ok(clauses.length > 0)
        for (const clause of clauses) {
          const alone = again(clause.text)
          assert.equal(holds(alone, sent), clause.holds, clause.text)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('whatever the text', () => {
  const piece = fc.constantFrom(
    ...[
      'type',
      'properties.a',
      '"x"',
      "'",
      '"',
      '\\',
      '(',
      ')',
      '[',
      ']',
      '["',
      '"]',
      ',',
      '!',
      '=',
      '!=',
      '<=',
    ],
    ...[
      'in',
      'and',
      'OR',
      'null',
      'true',
      '-',
      '5',
      '1e999',
      '.',
      '$',
      '$.',
      ' ',
      '\n',
      '😀',
      '\ud800',
      '\u00a0',
    ],
    ...['match(', 'contains(', 'length', '"*"', '[0]', '__proto__', '\u0000', '\ufeff', '\u2028', '&&', '=='],
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join('')),
    fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(' ')),
    {
      weight: 3,
      arbitrary: fc
        .tuple(trigger.map(printTrigger), fc.nat(), fc.nat(3), fc.oneof(fc.constant(''), piece))
        .map(([whole, from, chars, put]) => {
          const at = from % (whole.length + 1)
          return whole.slice(0, at) + put + whole.slice(at + chars)
        }),
    },
  )

  test('it is a trigger, or names its problem and a place in the text', () => {
    const given = { read: 0, refused: 0 }
    fc.assert(
      fc.property(text, anyObject, (source, properties) => {
        const read = readTrigger(source)
        if (!read.ok) {
          given.refused += 1
          const { span, problem } = read.problem
          assert.ok(
            0 <= span.start && span.start <= span.end && span.end <= source.length,
            JSON.stringify(span),
          )
          assert.ok(problem.length > 0)
          assert.throws(
            () => compileTrigger(source),
            (error: unknown) =>
              error instanceof AppError &&
              error.code === 'TRIGGER_INVALID' &&
              error.details['position'] === span.start + 1,
          )
          return
        }
        given.read += 1
        const sent = deepFreeze(trackEvent({ properties }))
        assert.equal(compileTrigger(source)(sent), compileNode(again(printTrigger(read.node)))(sent))
        for (const hint of triggerHints(read.node))
          assert.ok(0 <= hint.span.start && hint.span.start < hint.span.end && hint.span.end <= source.length)
      }),
      { numRuns: 10_000 },
    )
    assert.ok(Math.min(given.read, given.refused) > 1_000, JSON.stringify(given))
  })
})

describe('whatever the event', () => {
  test('no trigger fails on it, changes it, or changes anything else', () => {
    const before = JSON.stringify(Object.getOwnPropertyNames(Object.prototype))
    const polluting = fc.constantFrom(
      '{"__proto__":{"polluted":true},"properties":{"__proto__":{"a":1},"constructor":{"prototype":{"polluted":1}}}}',
      '{"properties":[{"__proto__":null}],"event":{"length":-1},"length":5}',
      '{"properties":null,"type":["track"],"userId":{"toString":1,"valueOf":null}}',
    )
    const sent = fc.oneof(
      polluting.map((json) => JSON.parse(json) as object),
      anyObject,
    )
    fc.assert(
      fc.property(trigger, sent, (node, given) => {
        const frozen = deepFreeze(given) as never
        assert.equal(compileNode(node)(frozen), holds(node, frozen))
      }),
      { numRuns: 5_000 },
    )
    assert.equal(JSON.stringify(Object.getOwnPropertyNames(Object.prototype)), before)
    assert.ok(!('polluted' in {}))
  })
})

describe('long texts and patterns that make others run for ever', () => {
  const long = 'a'.repeat(100_000)
  const sent = deepFreeze(
    trackEvent({ event: long, properties: { end: `${long}b`, brackets: '['.repeat(5_000) } }),
  )
  const rows: readonly [trigger: string, matches: boolean][] = [
    [`match(event, "${'*a'.repeat(30)}*b")`, false],
    [`match(properties.end, "${'*a'.repeat(30)}*b")`, true],
    [`match(event, "${'a*'.repeat(1_000)}b")`, false],
    [`match(event, "${'*'.repeat(9_000)}")`, true],
    [`match(event, "${'?'.repeat(9_000)}*")`, true],
    [`match(event, "*${'[a-z]'.repeat(500)}[]")`, false],
    [`match(event, "*${'?'.repeat(100)}b")`, false],
    [`match(properties.brackets, "${'['.repeat(5_000)}")`, true],
    [`match(event, "${'['.repeat(9_000)}")`, false],
    [`contains(event, "${'a'.repeat(4_900)}b") or contains(event, "b${'a'.repeat(4_900)}")`, false],
    ['contains(properties.end, "ab") and snakecase(event) = event and length(event) = 100000', true],
    [`number(event) = null and number(properties.end) = null and lowercase(event) = "a"`, false],
  ]
  for (const [source, matches] of rows) {
    test(source.length > 60 ? `${source.slice(0, 60)}…` : source, () => {
      assert.equal(compileTrigger(source)(sent), matches)
    })
  }

  const starts = [
    '(',
    '!',
    '"',
    '\\',
    '[',
    'a.',
    'a[',
    'a["',
    'a[0]',
    '"\\',
    'bool(',
    'a in (',
    'a and ',
    '1',
    '-',
  ]
  for (const start of starts) {
    test(`${start} again and again is read to its end`, () => {
      const source = start.repeat(Math.floor(10_000 / start.length))
      const read = readTrigger(source)
      assert.ok(read.ok || read.problem.span.end <= source.length)
    })
  }
})

function operandsOf(node: TriggerNode): readonly Operand[] {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.terms.flatMap(operandsOf)
    case 'not':
      return operandsOf(node.term)
    case 'is-true':
      return withArguments(node.operand)
    case 'compare':
      return [...withArguments(node.left), ...withArguments(node.right)]
  }
}

function withArguments(part: Operand): readonly Operand[] {
  return [part, ...(part.kind === 'call' ? part.arguments.flatMap(withArguments) : [])]
}
