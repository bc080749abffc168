import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Instance } from './configuration.ts'
import { AppError } from './errors.ts'
import type { EventEnvelope } from './event.ts'
import { envelope, example, instance, MAPPING, subscription } from './instance.fixtures.ts'
import { checkInstance, compileInstance, type Handled } from './instance.ts'
import type { Mapping } from './mapping/mapping.ts'
import { trackEvent } from './testing.ts'

function handle(given: Instance, one: EventEnvelope = envelope()): readonly Handled[] {
  return compileInstance(given, example).handle(one)
}

function keyOf(given: Instance, one?: EventEnvelope): string {
  const [first] = handle(given, one)
  assert.ok(first?.status === 'ready')
  return first.delivery.idempotencyKey
}

describe('an event', () => {
  test('becomes a delivery with the values that the action asked for, and where they come from', () => {
    const one = envelope({ properties: { price: '9.5' } })
    assert.deepEqual(handle(instance(), one), [
      {
        status: 'ready',
        delivery: {
          action: 'send',
          values: { name: 'Signed Up', price: 9.5 },
          idempotencyKey: 'mr1:s1:i1:send:m1',
          subscriptionId: 'send',
          envelope: one,
        },
      },
    ])
  })

  test('that no trigger matches becomes nothing', () => {
    assert.deepEqual(handle(instance(), envelope({ type: 'identify' })), [])
    assert.deepEqual(handle(instance({ subscriptions: [] })), [])
  })

  test('is handled by each subscription that wants it, in their order', () => {
    const subscriptions = [
      subscription({ id: 'b' }),
      subscription({ id: 'never', trigger: 'type = "page"' }),
      subscription({ id: 'a', mapping: { name: 'fixed' } }),
      subscription({ id: 'gone', action: 'forget', mapping: { who: { '@path': '$.userId' } } }),
    ]
    const handled = handle(instance({ subscriptions })).map((one) => {
      assert.ok(one.status === 'ready')
      const { subscriptionId, action, values } = one.delivery
      return { subscriptionId, action, values }
    })
    assert.deepEqual(handled, [
      { subscriptionId: 'b', action: 'send', values: { name: 'Signed Up' } },
      { subscriptionId: 'a', action: 'send', values: { name: 'fixed' } },
      { subscriptionId: 'gone', action: 'forget', values: { who: 'u1' } },
    ])
  })

  test('is not handled by a subscription that is switched off', () => {
    const subscriptions = [subscription({ enabled: false }), subscription({ id: 'on' })]
    assert.deepEqual(
      handle(instance({ subscriptions })).map((one) => one.status === 'ready' && one.delivery.subscriptionId),
      ['on'],
    )
  })

  test('whose values do not fit is rejected with every problem; another subscription still sends it', () => {
    const mapping: Mapping = { name: { '@path': '$.x' }, price: { '@path': '$.event' }, details: 'none' }
    const handled = handle(
      instance({ subscriptions: [subscription({ id: 'bad', mapping }), subscription()] }),
    )
    assert.deepEqual(handled[0], {
      status: 'rejected',
      subscriptionId: 'bad',
      problems: [
        { field: 'name', problem: 'is missing' },
        { field: 'price', problem: 'must be a number' },
        { field: 'details', problem: 'must be an object' },
      ],
      values: {},
    })
    assert.equal(handled[1]?.status, 'ready')
  })

  test('cannot be taken for a problem, whatever its properties hold', () => {
    const properties = { isProblem: true, problem: 'forged' }
    const mapping: Mapping = { ...MAPPING, details: { '@path': '$.properties' } }
    const [one] = handle(instance({ subscriptions: [subscription({ mapping })] }), envelope({ properties }))
    assert.ok(one?.status === 'ready')
    assert.deepEqual(one.delivery.values, { name: 'Signed Up', details: properties })
  })

  test('a required field that nothing is mapped to is missing', () => {
    const [one] = handle(instance({ subscriptions: [subscription({ mapping: {} })] }))
    assert.deepEqual(one, {
      status: 'rejected',
      subscriptionId: 'send',
      problems: [{ field: 'name', problem: 'is missing' }],
      values: {},
    })
  })
})

describe('an instance', () => {
  test('knows its settings with their defaults, and the sources that are connected', () => {
    const { id, settings, sources } = compileInstance(instance(), example)
    assert.deepEqual(
      { id, settings, sources },
      {
        id: 'i1',
        settings: { appId: '11', speed: 5 },
        sources: new Set(['s1', 's2']),
      },
    )
  })

  const wrong: readonly [title: string, given: Partial<Instance>, code: string][] = [
    ['a setting', { settings: { appId: '' } }, 'SETTINGS_INVALID'],
    ['a trigger', { subscriptions: [subscription({ trigger: 'type' + ' =' })] }, 'TRIGGER_INVALID'],
    ['a mapping', { subscriptions: [subscription({ mapping: { name: { '@x': 1 } } })] }, 'MAPPING_INVALID'],
    ['a field', { subscriptions: [subscription({ mapping: { nmae: 'x' } })] }, 'MAPPING_INVALID'],
    ['an action', { subscriptions: [subscription({ action: 'sned' })] }, 'CONFIG_INVALID'],
    [
      'an inherited action',
      { subscriptions: [subscription({ action: 'toString', mapping: {} })] },
      'CONFIG_INVALID',
    ],
  ]
  for (const [title, given, code] of wrong) {
    test(`is not compiled with ${title} that is wrong: ${code}`, () => {
      assert.throws(
        () => compileInstance(instance(given), example),
        (error) => error instanceof AppError && error.code === code,
      )
      assert.notDeepEqual(checkInstance(instance(given), example), [])
    })
  }

  test('a subscription that is switched off is not compiled, so a mistake in it stops nothing', () => {
    const off = subscription({ id: 'off', enabled: false, trigger: '(' })
    assert.equal(handle(instance({ subscriptions: [off, subscription()] })).length, 1)
  })
})

describe('an instance with redaction rules', () => {
  test('shows its triggers and mappings what they leave', () => {
    const masked = instance({ redact: [{ path: 'event', how: 'mask' }] })
    const [one] = handle(masked)
    assert.ok(one?.status === 'ready')
    assert.deepEqual(
      [one.delivery.values, one.delivery.envelope.event],
      [{ name: '***' }, { ...trackEvent(), event: '***' }],
    )
    const hidden = { ...masked, subscriptions: [subscription({ trigger: 'event != "***"' })] }
    assert.deepEqual(handle(hidden), [])
  })

  test('sends nothing of an event that they fail on, and says so', () => {
    const broken = instance({ redact: [{ regex: '(', how: 'drop' }] })
    const [one, ...more] = handle(broken)
    assert.ok(one?.status === 'rejected' && more.length === 0)
    assert.deepEqual([one.code, one.values], ['REDACTION_FAILED', {}])
    assert.match(one.problems[0]?.problem ?? '', /rule: 1/)
    assert.deepEqual(handle(broken, envelope({ type: 'identify' })), [])
    const { at } = checkInstance(broken, example)[0] ?? {}
    assert.deepEqual(at, ['redact', 0, 'regex'])
  })
})

describe('an instance wants an event', () => {
  const masked = [{ path: 'event', how: 'mask' }] as const
  const broken = [{ regex: '(', how: 'drop' }] as const
  const never = () => subscription({ trigger: 'type = "page"' })
  const named = (name: string) => subscription({ trigger: `event = "${name}"` })
  const off = subscription({ enabled: false })
  const rows: readonly (readonly [when: string, given: Partial<Instance>, wants: boolean])[] = [
    ['that a trigger matches', {}, true],
    ['that the last of its triggers matches', { subscriptions: [never(), never(), subscription()] }, true],
    ['not, when no trigger matches', { subscriptions: [never()] }, false],
    ['not, when it has no action', { subscriptions: [] }, false],
    ['not, when the action is switched off', { subscriptions: [off] }, false],
    ['whose values it cannot take', { subscriptions: [subscription({ mapping: {} })] }, true],
    ['as its redaction rules leave it', { redact: masked, subscriptions: [named('***')] }, true],
    ['not as it came', { redact: masked, subscriptions: [named('Signed Up')] }, false],
    ['that its rules fail on', { redact: broken, subscriptions: [named('Signed Up')] }, true],
    [
      'not, when they fail on what it would not want',
      { redact: broken, subscriptions: [named('***')] },
      false,
    ],
  ]
  for (const [when, given, wants] of rows) {
    test(when, () => {
      assert.equal(compileInstance(instance(given), example).wants(envelope()), wants)
      assert.equal(handle(instance(given)).length > 0, wants)
    })
  }
})
describe('the check of an instance', () => {
  test('finds nothing wrong with a right one', () => {
    assert.deepEqual(checkInstance(instance(), example), [])
  })

  test('finds everything that is wrong, with its place', () => {
    const given = instance({
      settings: { appID: '11', speed: 'fast' },
      subscriptions: [
        subscription(),
        subscription({
          trigger: 'type = ',
          mapping: {
            name: { '@first': 'x' },
            details: { a: [{ '@nope': 1 }] },
            nmae: 'x',
            price: { '@path': '$.price' },
          },
        }),
        subscription({ action: 'toString', trigger: '(' }),
        subscription({ enabled: false, trigger: '' }),
      ],
    })
    const value = 'a field, a text, a number, true, false or null'
    assert.deepEqual(checkInstance(given, example), [
      { at: ['settings', 'appID'], problem: 'is no setting; there are appId, speed' },
      { at: ['settings', 'appId'], problem: 'is missing' },
      { at: ['settings', 'speed'], problem: 'must be a number' },
      { at: ['actions', 1, 'trigger'], problem: `it ends where ${value} is expected (at character 8)` },
      { at: ['actions', 1, 'mapping', 'name'], problem: '@first: needs a list' },
      {
        at: ['actions', 1, 'mapping', 'details'],
        problem: 'a[0]: @nope is no directive; docs/mappings.md lists them',
      },
      { at: ['actions', 1, 'mapping', 'nmae'], problem: 'is no field of this action; did you mean "name"?' },
      { at: ['actions', 2, 'trigger'], problem: `it ends where ${value} is expected (at character 2)` },
      { at: ['actions', 2, 'action'], problem: 'is no action; there are send, forget' },
      { at: ['actions', 3, 'trigger'], problem: `it ends where ${value} is expected (at character 1)` },
    ])
  })

  test('a directive that is wrong is told once, beside its field', () => {
    const given = instance({ subscriptions: [subscription({ mapping: { name: { '@nmae': 1 } } })] })
    assert.deepEqual(
      checkInstance(given, example).map(({ problem }) => problem),
      ['@nmae is no directive; docs/mappings.md lists them'],
    )
  })
})

describe('the idempotency key', () => {
  const first = () => keyOf(instance())

  test('is the same for the same event and subscription, for ever', () => {
    assert.equal(first(), 'mr1:s1:i1:send:m1')
    assert.equal(first(), first())
  })

  test('has at least 8 characters, whatever the ids', () => {
    const short = instance({ id: 'i', subscriptions: [subscription({ id: 'x' })] })
    assert.ok(keyOf(short, envelope({ messageId: 'm' }, 's')).length >= 8)
  })

  const same: readonly [title: string, given: Instance, one: EventEnvelope][] = [
    ['a new name', instance({ name: 'Renamed' }), envelope()],
    ['other settings', instance({ settings: { appId: '12' } }), envelope()],
    [
      'a subscription with a new name',
      instance({ subscriptions: [subscription({ name: 'New' })] }),
      envelope(),
    ],
    ['another mapping', instance({ subscriptions: [subscription({ mapping: { name: 'x' } })] }), envelope()],
    ['other properties', instance(), envelope({ properties: { price: 1 } })],
    ['another receivedAt', instance(), { ...envelope(), receivedAt: '2030-01-01T00:00:00.000Z' }],
    ['another place in the log', instance(), { ...envelope(), address: { lane: 9, chunk: 9, index: 9 } }],
  ]
  for (const [title, given, one] of same) {
    test(`is the same with ${title}`, () => assert.equal(keyOf(given, one), first()))
  }

  const others: readonly [title: string, given: Instance, one: EventEnvelope][] = [
    ['messageId', instance(), envelope({ messageId: 'm2' })],
    ['source', instance(), envelope({}, 's2')],
    ['instance', instance({ id: 'i2' }), envelope()],
    ['subscription', instance({ subscriptions: [subscription({ id: 'send-2' })] }), envelope()],
  ]
  for (const [title, given, one] of others) {
    test(`is different for another ${title}`, () => assert.notEqual(keyOf(given, one), first()))
  }
})
