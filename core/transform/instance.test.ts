import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Subscription } from '../configuration.ts'
import { AppError } from '../errors.ts'
import type { SpecEvent } from '../event.ts'
import { envelope, example, instance, subscription } from '../instance.fixtures.ts'
import { checkInstance, compileInstance } from '../instance.ts'
import { trackEvent } from '../testing.ts'
import type { Transform } from './transform.ts'
import type { Transforming } from './transforming.ts'

/** Transformations by their name, without an engine. */
const transformations: Readonly<Record<string, Transform>> = {
  rename: (event) => ({ status: 'changed', event: { ...event, event: 'Renamed' } as SpecEvent }),
  drop: () => ({ status: 'dropped' }),
  fail: () => ({ status: 'failed', problem: 'threw Error: no' }),
}
function compile(text: string) {
  const run = transformations[text]
  if (run === undefined) throw new AppError('TRANSFORM_INVALID', { problem: 'x', line: 1, column: 2 })
  return { run, trial: (event: SpecEvent) => ({ result: run(event), lines: [] }) }
}

describe('an event whose', () => {
  const source = (name: string): Transforming => ({
    compile,
    ofSource: ({ event }) => compile(name).run(event),
  })
  const none: Transforming = { compile, ofSource: () => undefined }
  const rows: readonly (readonly [
    what: string,
    transforming: Transforming,
    subscription: Partial<Subscription>,
    becomes: readonly (string | undefined)[],
  ])[] = [
    [
      'source changes it is seen so by triggers',
      source('rename'),
      { trigger: 'event = "Renamed"' },
      ['Renamed'],
    ],
    ['source changes it is not seen as it came', source('rename'), { trigger: 'event = "A"' }, []],
    ['source drops it is discarded', source('drop'), {}, []],
    [
      'source fails is rejected, whatever triggers say',
      source('fail'),
      { trigger: 'event = "B"' },
      ['TRANSFORM_FAILED'],
    ],
    ['action changes it is mapped so', none, { transform: 'rename' }, ['Renamed']],
    [
      'action changes it is matched as it came',
      none,
      { transform: 'rename', trigger: 'event = "A"' },
      ['Renamed'],
    ],
    ['action drops it is discarded', none, { transform: 'drop' }, []],
    ['action fails is rejected', none, { transform: 'fail' }, ['TRANSFORM_FAILED']],
    [
      'action would fail but does not want it is discarded',
      none,
      { transform: 'fail', trigger: 'event = "B"' },
      [],
    ],
  ]
  for (const [what, transforming, given, becomes] of rows) {
    test(what, () => {
      const compiled = compileInstance(instance({ subscriptions: [subscription(given)] }), example, {
        transforming,
      })
      const one = envelope({ ...trackEvent(), event: 'A' })
      const handled = compiled.handle(one)
      // What an action's own transformation makes of it is not looked at beforehand.
      assert.equal(compiled.wants(one), handled.length > 0 || given.transform === 'drop')
      assert.deepEqual(
        handled.map((each) =>
          each.status === 'ready' ? (each.delivery.values as { name?: string }).name : each.code,
        ),
        becomes,
      )
    })
  }
  test('transformation cannot be compiled: its place is told', () => {
    const problems = checkInstance(instance({ subscriptions: [subscription({ transform: 'x' })] }), example, {
      compile,
    })
    assert.deepEqual(problems, [{ at: ['actions', 0, 'transform'], problem: 'x (line 1, column 2)' }])
  })
})
