import type { JsonObject } from '../../../core/event.ts'
import { type Chapter, type Example, event, events, identify, track, user, users } from './example.ts'

const value = (
  title: string,
  properties: JsonObject,
  sent: JsonObject,
  more: Partial<Example> = {},
): Example => ({ title, calls: [track(properties)], sends: [events(event(sent))], ...more })
const trait = (title: string, traits: JsonObject, sent: JsonObject, told: string[] = []): Example => ({
  title,
  calls: [identify(traits)],
  sends: [users(user(sent))],
  told,
})
function nested(nestedData: string) {
  return { settings: { nestedData } }
}

const FAMILY = '👨‍👩‍👧'
const SHOP = { order: { id: 7, tags: ['a', 'b'] }, products: [{ sku: 'x' }, { sku: 'y' }] }

export const values: Chapter = {
  title: 'Values',
  text: 'Heap takes numbers and texts. Numbers stay numbers, true and false become text, dates come as ISO 8601 and stay so, null and blank texts are left out. Every other change is told.',
  rows: [
    value('text', { plan: 'pro' }, { plan: 'pro' }),
    value('numbers stay numbers', { a: 0, b: 1.5, c: -3 }, { a: 0, b: 1.5, c: -3 }),
    value('a number as text stays text', { zip: '01067' }, { zip: '01067' }),
    value('true and false become text', { a: true, b: false }, { a: 'true', b: 'false' }),
    value('null is left out', { a: null, b: 1 }, { b: 1 }),
    value('an empty text is left out', { a: '', b: 1 }, { b: 1 }),
    value('a blank text is left out', { a: ' \t\n', b: ' x ' }, { b: ' x ' }),
    value('a space that is no ASCII is blank too', { a: '\u00a0\u3000' }, {}),
    value(
      'a date is the text that it came as',
      { at: '2026-01-31T12:00:00.000Z' },
      { at: '2026-01-31T12:00:00.000Z' },
    ),
    value('no properties', {}, {}),
    { title: 'properties that are not there', calls: [track()], sends: [events(event())] },
    value('1,023 characters are the longest', { note: 'x'.repeat(1_023) }, { note: 'x'.repeat(1_023) }),
    value(
      'a longer value is cut',
      { description: 'x'.repeat(3_120) },
      { description: 'x'.repeat(1_023) },
      {
        told: ['`description` cut from 3,120 to 1,023 characters'],
      },
    ),
    value(
      'a value is cut between characters that people see',
      { note: `${'x'.repeat(1_020)}${FAMILY}y` },
      { note: 'x'.repeat(1_020) },
      {
        told: ['`note` cut from 1,029 to 1,020 characters'],
      },
    ),
    value(
      'an accent stays with its letter',
      { note: `${'x'.repeat(1_022)}e\u0301` },
      { note: 'x'.repeat(1_022) },
      {
        told: ['`note` cut from 1,024 to 1,022 characters'],
      },
    ),
    value('a name of 512 characters is the longest', { ['k'.repeat(512)]: 1 }, { ['k'.repeat(512)]: 1 }),
    value(
      'a longer name is cut',
      { ['k'.repeat(513)]: 1 },
      { ['k'.repeat(512)]: 1 },
      {
        told: ['the name of a property was cut from 513 to 512 characters'],
      },
    ),
    value(
      'a property with a blank name is left out',
      { ' ': 1, a: 2 },
      { a: 2 },
      {
        told: ['a property was left out: its name is blank'],
      },
    ),
    value('names keep their case, dots and signs', { 'Größe.in cm': 5, $x: 1 }, { 'Größe.in cm': 5, $x: 1 }),
    value(
      'of two paths with one name the later stays',
      { 'a.b': 1, a: { b: 2 } },
      { 'a.b': 2 },
      {
        told: ['`a.b` was given twice: the later value is kept'],
      },
    ),
    value(
      'the same in the other order',
      { a: { b: 2 }, 'a.b': 1 },
      { 'a.b': 1 },
      {
        told: ['`a.b` was given twice: the later value is kept'],
      },
    ),
    value('the same value twice is no collision', { a: { b: 1 }, 'a.b': 1 }, { 'a.b': 1 }),
    value('`id` is a name like any other for an event', { id: 7, user_id: 8 }, { id: 7, user_id: 8 }),
    value('a property called __proto__', JSON.parse('{"__proto__": 1}'), JSON.parse('{"__proto__": 1}')),
  ],
}

export const nestedData: Chapter = {
  title: 'Nested data',
  text: 'The setting *Nested data*.',
  rows: [
    value(
      'as documented: objects become dotted names, lists JSON text',
      { foo: { bar: { cheese: 'american', prop: [1, 2, 3], products: [{ A: 'Jello' }, { B: 'Peanut' }] } } },
      {
        'foo.bar.cheese': 'american',
        'foo.bar.prop': '[1,2,3]',
        'foo.bar.products': '[{"A":"Jello"},{"B":"Peanut"}]',
      },
    ),
    value('an empty object has nothing to say', { a: {} }, {}),
    value('an empty list is the text []', { a: [] }, { a: '[]' }),
    value(
      'null inside an object is left out, inside a list it stays',
      { a: { b: null, c: [null] } },
      { 'a.c': '[null]' },
    ),
    value(
      'true inside an object becomes text, inside a list it stays',
      { a: { b: true, c: [true] } },
      { 'a.b': 'true', 'a.c': '[true]' },
    ),
    value(
      'a long list is cut as text',
      { ids: ['x'.repeat(1_100)] },
      { ids: `["${'x'.repeat(1_021)}` },
      {
        told: ['`ids` cut from 1,104 to 1,023 characters'],
      },
    ),
    value(
      'Arrays indexed',
      SHOP,
      {
        'order.id': 7,
        'order.tags.0': 'a',
        'order.tags.1': 'b',
        'products.0.sku': 'x',
        'products.1.sku': 'y',
      },
      nested('Arrays indexed'),
    ),
    value(
      'All stringified',
      SHOP,
      {
        order: '{"id":7,"tags":["a","b"]}',
        products: '[{"sku":"x"},{"sku":"y"}]',
      },
      nested('All stringified'),
    ),
    value('All stringified: numbers stay numbers', { a: 1 }, { a: 1 }, nested('All stringified')),
    value('Dropped', { ...SHOP, plan: 'pro' }, { plan: 'pro' }, nested('Dropped')),
    value(
      'Lists as Heap lists',
      SHOP,
      {
        'order.id': 7,
        'order.tags': 'a||b',
        products: '[{"sku":"x"},{"sku":"y"}]',
      },
      nested('Lists as Heap lists'),
    ),
    value(
      'Lists as Heap lists: numbers, true and null',
      { a: [1, true, null, 'x'] },
      { a: '1||true||x' },
      nested('Lists as Heap lists'),
    ),
    value(
      'Lists as Heap lists: an empty list is left out',
      { a: [], b: 1 },
      { b: 1 },
      nested('Lists as Heap lists'),
    ),
    value(
      'Lists as Heap lists: a long one is cut',
      { a: Array.from({ length: 300 }, () => 'abc') },
      { a: 'abc||'.repeat(205).slice(0, 1_023) },
      {
        ...nested('Lists as Heap lists'),
        told: ['`a` cut from 1,498 to 1,023 characters'],
      },
    ),
    {
      title: 'user properties too',
      ...nested('Lists as Heap lists'),
      calls: [identify({ roles: ['admin', 'owner'], address: { city: 'London' } })],
      sends: [users(user({ roles: 'admin||owner', 'address.city': 'London' }))],
    },
  ],
}

export const reserved: Chapter = {
  title: 'Names that Heap keeps for itself',
  text: '`id` in any case and `user_id` cannot be user properties: they get `trait_` in front. `email` fills the built-in property in lower case only. The address itself stays as it is: Heap compares it with nothing, and it is yours.',
  rows: [
    trait('id', { id: 7 }, { trait_id: 7 }, ['`id` sent as `trait_id`']),
    trait('ID', { ID: 7 }, { trait_ID: 7 }, ['`ID` sent as `trait_ID`']),
    trait('Id', { Id: 'x' }, { trait_Id: 'x' }, ['`Id` sent as `trait_Id`']),
    trait('user_id', { user_id: 7 }, { trait_user_id: 7 }, ['`user_id` sent as `trait_user_id`']),
    trait('User_Id is another name', { User_Id: 7 }, { User_Id: 7 }),
    trait('userId is no reserved name', { userId: 7 }, { userId: 7 }),
    trait('email', { email: 'Ada@Example.com' }, { email: 'Ada@Example.com' }),
    trait('Email', { Email: 'ada@example.com' }, { email: 'ada@example.com' }, ['`Email` sent as `email`']),
    trait('EMAIL', { EMAIL: 'ada@example.com' }, { email: 'ada@example.com' }, ['`EMAIL` sent as `email`']),
    trait(
      'two spellings of email: the later stays',
      { email: 'a@example.com', Email: 'b@example.com' },
      { email: 'b@example.com' },
      ['`Email` sent as `email`', '`email` was given twice: the later value is kept'],
    ),
    trait(
      'inside an object they are other names',
      { company: { id: 7, Email: 'x' } },
      { 'company.id': 7, 'company.Email': 'x' },
    ),
    trait('an id that is null has nothing to rename', { id: null, a: 1 }, { a: 1 }),
  ],
}
