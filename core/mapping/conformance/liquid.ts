// biome-ignore-all lint/suspicious/noThenProperty: "then" is a word of the language
import { at, gives, nothing, problem, prop, type Row, type Topic, withProperties } from './row.ts'

/** Rows [template, gives]. */
const made = (rows: readonly (readonly [string, string])[]): readonly Row[] =>
  rows.map(([template, is]) => [template, { '@liquid': template }, gives(is)])
const refuses = (reason: RegExp, templates: readonly string[]): readonly Row[] =>
  templates.map((template) => [`not ${template}`, { '@liquid': template }, problem('@liquid', reason)])

/** A text in Liquid. What Liquid itself does is told by https://liquidjs.com; these rows are about our promises. */
export const liquid: readonly Topic[] = [
  {
    topic: '@liquid',
    rows: [
      ...made([
        ['Hello', 'Hello'],
        ['', ''],
        ['Hello {{ userId }}', 'Hello ada'],
        ['{{ properties.items[1].sku }}', 'B'],
        ['{{ properties.items.size }}', '2'],
        ['{{ properties["first name"] }}', 'Ada'],
        ['{{ properties.nowhere.at.all }}', ''],
        ['{{ properties.nothing }}', ''],
        ['{{ properties.price | plus: 1 }}', '13.5'],
        ['{{ userId | upcase | append: "!" }}', 'ADA!'],
        ['{% if properties.yes %}a{% else %}b{% endif %}', 'a'],
        ['{% if properties.no %}a{% else %}b{% endif %}', 'b'],
        ['{% assign x = properties.seats | times: 2 %}{{ x }}', '10'],
        ['{% for tag in properties.tags %}<{{ tag }}>{% endfor %}', '<a><b>'],
        ['{% for i in (1..3) %}{{ i }}{% endfor %}', '123'],
        ['{% case properties.plan %}{% when "Pro" %}p{% else %}o{% endcase %}', 'p'],
        ['{{ properties.tags | join: "-" }}', 'a-b'],
        ['{{ properties.items | map: "sku" | reverse | join }}', 'B A'],
        ['{{ properties.items | where: "sku", "A" | size }}', '1'],
        ['{{ properties.item | json }}', '{"sku":"C"}'],
        ['{{ properties.tags | concat: properties.tags | uniq | sort | join }}', 'a b'],
        ['{{ "2026-01-31T23:30:00+02:00" | date: "%Y-%m-%d %H:%M" }}', '2026-01-31 21:30'],
        ['{{ timestamp | date: "%H:%M %z" }}', '03:04 +0000'],
        ['{% raw %}{{ userId }}{% endraw %}', '{{ userId }}'],
        ['a{% comment %}b{% endcomment %}c', 'ac'],
      ]),
      ['gives a text, also of a number', { '@liquid': '{{ properties.seats }}' }, gives('5')],
      [
        'one text inside another directive',
        { '@number': { '@liquid': '{{ properties.seats | times: 3 }}' } },
        gives(15),
      ],
      [
        'a mapping around it can drop the empty text',
        { '@first': [{ '@liquid': '{{ x }}' }, at('userId')] },
        gives('ada'),
      ],
      [
        'what it puts in is not read again',
        { '@liquid': '{{ x }}' },
        gives('{{ userId }}'),
        { type: 'track', x: '{{ userId }}' },
      ],
      [
        'unlike Segment: a text of 10,000 characters',
        { '@liquid': `${'x'.repeat(9_988)}{{ userId }}` },
        gives(`${'x'.repeat(9_988)}ada`),
      ],
      ['a longer text', { '@liquid': 'x'.repeat(10_001) }, problem('@liquid', /10,?000/)],
      [
        'filters that add, take away and turn round change no list of the event',
        {
          '@liquid':
            '{{ properties.tags | push: "c" | unshift: "0" | pop | shift | reverse | sort | join }}{{ properties.tags | join }}',
        },
        gives('a ba b'),
      ],
      [
        'capture and assign hide a field, and change no event',
        [
          { '@liquid': '{% assign userId = 1 %}{% capture type %}x{% endcapture %}{{ userId }}{{ type }}' },
          at('userId'),
        ],
        gives(['1x', 'ada']),
      ],
      ['decrement changes no event', [{ '@liquid': '{% decrement n %}' }, at('n')], gives(['-1'])],
      [
        'increment changes no field of the event',
        { '@concat': [{ '@if': { exists: { '@liquid': '{% increment count %}' }, then: at('count') } }] },
        gives('5'),
        { type: 'track', count: 5 },
      ],
      [
        'nothing that it keeps from one use to the next',
        [{ '@liquid': '{% increment n %}{% assign y = 1 %}' }, { '@liquid': '{% increment n %}{{ y }}' }],
        gives(['0', '0']),
      ],
    ],
  },
  {
    topic: '@liquid: what is not there, because the same event must always give the same text',
    rows: [
      ...refuses(/include/, ['{% include "a" %}']),
      ...refuses(/render/, ['{% render "a" %}']),
      ...refuses(/layout/, ['{% layout "a" %}']),
      ...refuses(/block/, ['{% block a %}x{% endblock %}']),
      ...refuses(/sample/, ['{{ properties.tags | sample }}']),
      ...refuses(/shuffle/, ['{{ properties.tags | shuffle }}']),
      ...refuses(/now/, ['{{ "now" | date: "%Y" }}', '{{ "now" | date }}']),
      ...refuses(/today/, ['{{ "today" | date: "%Y" }}']),
      [
        'now in the event is no date either',
        { '@liquid': '{{ properties.when | date: "%Y" }}' },
        problem('@liquid', /now/),
        withProperties({ when: 'now' }),
      ],
    ],
  },
  {
    topic: '@liquid: what Liquid cannot do is a problem',
    rows: [
      ...refuses(/./, [
        '{{ userId',
        '{% if userId %}',
        '{% endif %}',
        '{% nope %}',
        '{{ userId | nope }}',
        '{% for i in (1..100000000) %}{% endfor %}',
        '{% for i in (1..2000000) %}x{% endfor %}',
        '{% assign a = "xxxxxxxxxx" %}{% for i in (1..30) %}{% assign a = a | append: a %}{% endfor %}{{ a }}',
        '{% for i in (1..9000) %}{% for j in (1..9000) %}{% for k in (1..9000) %}{% endfor %}{% endfor %}{% endfor %}',
      ]),
      ...refuses(/memory/, [
        '{% assign a = "x" %}{% for i in (1..21) %}{% assign a = a | append: a %}{% endfor %}{{ a | size }}',
      ]),
      ...made([
        [
          '{% assign a = "x" %}{% for i in (1..16) %}{% assign a = a | append: a %}{% endfor %}{{ a | size }}',
          '65536',
        ],
      ]),
      ['a text that is none', { '@liquid': prop('plan') }, problem('@liquid', /text/)],
      ['a number', { '@liquid': 5 }, problem('@liquid', /text/)],
      [
        'a problem is passed over like any other',
        { '@first': [{ '@liquid': '{{ "now" | date }}' }, 'b'] },
        gives('b'),
      ],
      [
        'no text is made in a branch that is not taken',
        { '@if': { exists: 1, else: { '@liquid': '{{ "now" | date }}' } } },
        nothing,
      ],
    ],
  },
]
