import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { compileNode } from './compile.ts'
import { EVENTS } from './conformance/events.ts'
import type { Refused } from './conformance/rows.ts'
import { ROWS, TOPICS } from './conformance/topics.ts'
import { explainTrigger, triggerHints } from './explain.ts'
import { fromForm, toForm } from './form.ts'
import { holds, withoutSpans } from './oracle.fixtures.ts'
import { readTrigger } from './parse.ts'
import { printTrigger } from './print.ts'
import type { TriggerNode } from './syntax.ts'
import { compileTrigger, problemText } from './trigger.ts'

for (const { topic, rows } of TOPICS) {
  describe(topic, () => {
    for (const [event, trigger, expected, note] of rows) {
      const result = typeof expected === 'string' ? expected : `refused at ${expected.at}`
      const title = `${event}: ${trigger.replaceAll('\n', '⏎') || '(nothing)'} | ${result}`
      test(note === undefined ? title : `${title} (${note})`, () => {
        if (typeof expected === 'string')
          assert.equal(compileTrigger(trigger)(EVENTS[event]), expected === 'yes')
        else isRefused(trigger, expected)
      })
    }
  })
}

function again(text: string): TriggerNode {
  const read = readTrigger(text)
  return read.ok ? read.node : assert.fail(`${text}: ${read.problem.problem}`)
}

function isSame(one: TriggerNode, other: TriggerNode): void {
  assert.deepEqual(withoutSpans(one), withoutSpans(other))
}

function isRefused(trigger: string, { at, problem }: Refused): void {
  const read = readTrigger(trigger)
  assert.ok(!read.ok, 'It was read without a complaint.')
  const { start, end } = read.problem.span
  assert.ok(0 <= start && start <= end && end <= trigger.length, `${start} to ${end} is not in the text`)
  assert.equal(start + 1, at, read.problem.problem)
  assert.ok(problemText(read.problem).includes(problem), problemText(read.problem))
}

describe('every trigger of the rows that can be read', () => {
  const nodes = ROWS.flatMap(([event, trigger]) => {
    const read = readTrigger(trigger)
    return read.ok ? [{ event: EVENTS[event], trigger, node: read.node }] : []
  })
  test('prints as a text that reads as the same', () => {
    for (const { node } of nodes) isSame(again(printTrigger(node)), node)
  })

  test('comes back from the conditions of the editor as the same', () => {
    for (const { node, trigger } of nodes) {
      const back = fromForm(toForm(node))
      assert.ok(back.ok, trigger)
      isSame(back.node, node)
    }
  })

  test('holds for every event for which the plain interpreter says so', () => {
    for (const { node, trigger } of nodes) {
      const match = compileNode(node)
      for (const [name, event] of Object.entries(EVENTS))
        assert.equal(match(event), holds(node, event), `${name}: ${trigger}`)
    }
  })

  test('is explained with the same result', () => {
    for (const { node, trigger, event } of nodes)
      assert.equal(explainTrigger(node, event).matches, holds(node, event), trigger)
  })
})

describe('a path whose first key is nearly a field of events is pointed out', () => {
  const rows: readonly [trigger: string, pointedOut: readonly (readonly [part: string, meant: string])[]][] =
    [
      ['proprties.plan = "pro"', [['proprties.plan', 'properties']]],
      [
        '!(1 < length(Properties.a)) or user_id = evnt',
        [
          ['Properties.a', 'properties'],
          ['user_id', 'userId'],
          ['evnt', 'event'],
        ],
      ],
      ['"a" in contxt.tags', [['contxt.tags', 'context']]],
      ['properties.evnt and context.typ', []],
      ['plan = "pro" or mySpecialField', []],
      ['type and event and messageId and timestamp and integrations.Heap and traits.a and groupId', []],
    ]
  for (const [trigger, expected] of rows) {
    test(trigger, () => {
      const hints = triggerHints(again(trigger))
      const found = hints.map(({ span, suggestion }) => [trigger.slice(span.start, span.end), suggestion])
      assert.deepEqual(found, expected)
      for (const { problem } of hints) assert.match(problem, /^unknown field `/)
    })
  }
})

describe('limits', () => {
  const rows: readonly [title: string, fits: string, over: string, at: number][] = [
    ['parentheses nest 100 deep', nested('(', 'type', ')', 100), nested('(', 'type', ')', 101), 101],
    ['! nests 100 deep', nested('!', 'type', '', 100), nested('!', 'type', '', 101), 101],
    ['so do both together', nested('!(', 'type', ')', 50), nested('!(', 'type', ')', 51), 101],
    ['and calls', nested('bool(', 'type', ')', 100), nested('bool(', 'type', ')', 101), 501],
    [
      'and calls in parentheses',
      nested('(', nested('bool(', 'type', ')', 50), ')', 50),
      nested('(', nested('bool(', 'type', ')', 50), ')', 51),
      51 + 49 * 5 + 1,
    ],
    ['a trigger has 10,000 characters', 'type'.padEnd(10_000), 'type'.padEnd(10_001), 10_001],
  ]
  for (const [title, fits, over, at] of rows) {
    test(`${title}, and no more`, () => {
      assert.ok(readTrigger(fits).ok)
      isRefused(over, { at, problem: '' })
    })
  }

  test('what stands side by side is not deep', () => {
    for (const join of [' and ', ' or ', ' and !', ' or !'])
      assert.ok(readTrigger(Array.from({ length: 500 }, () => '(type = "a")').join(join)).ok, join)
    assert.ok(readTrigger(`type in [${Array.from({ length: 2_000 }, () => '1').join()}]`).ok)
  })

  test('nor is what went deep before', () => {
    const deep = nested('(', 'type', ')', 99)
    assert.ok(readTrigger(Array.from({ length: 20 }, () => `(${deep})`).join(' and ')).ok)
  })

  test('what is just not too deep is not too deep when it is printed', () => {
    for (const deep of [nested('!', 'type = "a"', '', 100), nested('!', '(type and event or type)', '', 99)])
      isSame(again(printTrigger(again(deep))), again(deep))
  })

  test('a path may be as long as the trigger', () => {
    const match = compileTrigger(`${'a.'.repeat(4_990)}a = null`)
    assert.ok(match(EVENTS.order))
  })
})

function nested(before: string, inner: string, after: string, depth: number): string {
  return before.repeat(depth) + inner + after.repeat(depth)
}
