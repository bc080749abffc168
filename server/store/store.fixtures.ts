import type { Configuration, Instance, Source, Subscription } from '../../core/configuration.ts'

/** Parts of a configuration, each whole by itself, for the tests of stores and of what reads them. */
export function source(id: string, changed: Partial<Source> = {}): Source {
  return { id, name: `Source ${id}`, kind: 'javascript', writeKey: `wk_${id}_12345678`, ...changed }
}

export function instance(id: string, changed: Partial<Instance> = {}): Instance {
  const settings = { appId: '11' }
  return {
    id,
    kind: 'heap',
    name: 'Heap',
    enabled: true,
    sources: [],
    settings,
    subscriptions: [],
    ...changed,
  }
}

export function subscription(id: string, changed: Partial<Subscription> = {}): Subscription {
  const trigger = 'type = "track"'
  return { id, action: 'trackEvent', name: 'Track Event', enabled: true, trigger, mapping: {}, ...changed }
}

export const EMPTY: Configuration = { sources: [], instances: [] }

/** Of several lines, with what quotes, tabs and lines of nothing do to a text. */
export const TRANSFORM = `export function transform(event) {
\t// "it's" a: comment # with everything

  event.properties.name = \`\${event.event}\`
  return event
}
`

/** Ids are out of alphabetical order on purpose, and texts hold what SQL and JSON find hard. */
export const CONFIGURATION: Configuration = {
  sources: [
    source('website', { name: `Bob's "site"; drop table sources; -- 🛒 é e\u0301` }),
    source('backend', {
      privacy: 'truncate',
      olderWriteKeys: ['wk_older_1', 'wk_older_2'],
      disabledWriteKeys: ['wk_older_2'],
      origins: ['https://example.com', 'https://*.example.com'],
      redact: [{ path: 'properties.email', how: 'hash' }],
      transform: TRANSFORM,
      plan: { id: 'shop', violations: 'block', unplannedProperties: 'omit' },
    }),
  ],
  plans: [
    { id: 'shop', name: 'Shop', rules: [{ type: 'track', event: 'A "b"', schema: { required: ['x'] } }] },
    { id: 'empty', name: 'Empty', rules: [] },
  ],
  instances: [
    instance('heap', {
      sources: ['website', 'backend'],
      consent: ['Analytics', "Ads & 'more'"],
      settings: {
        appId: '011',
        nested: { list: [1, 2.5, -3e-7, null, true, [], {}], 'a.b': { 'key with "quotes"': "it's" } },
        // Not a literal key, which would set the prototype; a file can hold it as any other.
        unusual: JSON.parse('{"__proto__": {"x": 1}, "constructor": "y", "": "empty"}'),
        lines: 'one\ntwo\r\n\ttabbed \u0000 \u2028 \ud83d alone',
      },
      subscriptions: [
        subscription('track-event', {
          trigger: `type = "track" and event = 'It''s "done"'`,
          mapping: { event: { '@path': '$.event' }, list: [{ '@literal': null }, 0, false, ''] },
        }),
        subscription('identify', { action: 'identifyUser', enabled: false, transform: TRANSFORM }),
        subscription('a-second-track', { mapping: { properties: { '@path': '$.properties' } } }),
      ],
    }),
    instance('archive', {
      kind: 'webhook',
      enabled: false,
      paused: true,
      sources: ['backend'],
      redact: [{ pattern: 'card', how: 'mask' }],
      settings: {},
    }),
  ],
  alerts: {
    channels: [
      { id: 'ops', kind: 'slack', url: 'https://hooks.example.com/1' },
      { id: 'mail', kind: 'email', to: ['ops@example.com'] },
    ],
    rules: { held: { minutes: 2 }, lag: false },
  },
}
