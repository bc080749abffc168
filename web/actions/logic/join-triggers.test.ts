import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type JoinHow, joinTriggers } from './join-triggers.ts'

const PAGE = 'type = "page"'
const ORDER = 'type = "track" and event = "Order Completed"'
const rows: readonly (readonly [
  title: string,
  before: string,
  added: string,
  how: JoinHow,
  joined: string,
])[] = [
  ['these events too', PAGE, ORDER, 'too', `${PAGE} or (${ORDER})`],
  ['these events only', 'userId != null', ORDER, 'only', `userId != null and ${ORDER}`],
  ['a third one too', `${PAGE} or userId = "a"`, PAGE, 'too', `${PAGE} or userId = "a" or ${PAGE}`],
  ['only, of what either takes', `${PAGE} or ${ORDER}`, PAGE, 'only', `(${PAGE} or (${ORDER})) and ${PAGE}`],
  ['the same once more', ORDER, ORDER, 'too', ORDER],
  ['in place of what cannot be read', 'type =', ORDER, 'too', ORDER],
  ['nothing that cannot be read', PAGE, 'type =', 'only', PAGE],
]

describe('A condition is added to a trigger', () => {
  for (const [title, before, added, how, joined] of rows) {
    test(title, () => assert.equal(joinTriggers(before, added, how), joined))
  }
})
