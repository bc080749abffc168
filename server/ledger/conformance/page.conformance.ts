import assert from 'node:assert/strict'
import type { Ledger, Page } from '../ledger.ts'
import { ALL, address, attempt, deadLetter, progress, type Row, refusal, START } from './testing.ts'

type Read = (ledger: Ledger, owner: string | undefined, page: Page) => Promise<readonly { id: number }[]>

const LISTS: readonly { readonly name: string; readonly read: Read }[] = [
  {
    name: 'attempts',
    read: (ledger, id, page) => ledger.attempts(id === undefined ? {} : { instanceId: id }, page),
  },
  {
    name: 'dead letters',
    read: (ledger, id, page) => ledger.deadLetters(id === undefined ? {} : { instanceId: id }, page),
  },
  {
    name: 'refusals',
    read: (ledger, id, page) => ledger.refusals(id === undefined ? {} : { sourceId: id }, page),
  },
]

/** The three lists are read in the same way. */
export function pageRows(row: Row): void {
  for (const { name, read } of LISTS) {
    row(`${name}: newest first, no more than asked, then what is older`, async ({ ledger }) => {
      await fill(ledger)
      const all = await read(ledger, undefined, ALL)
      const ids = all.map(({ id }) => id)
      assert.deepEqual(
        ids,
        ids.toSorted((a, b) => b - a),
      )
      assert.equal(new Set(ids).size, 6)
      const first = await read(ledger, undefined, { count_max: 4 })
      assert.deepEqual(first, all.slice(0, 4))
      assert.deepEqual(
        await read(ledger, undefined, { before: ids[3] as number, count_max: 4 }),
        all.slice(4),
      )
      assert.deepEqual(await read(ledger, undefined, { before: ids[5] as number, count_max: 4 }), [])
    })

    row(`${name}: only those of one owner, page by page`, async ({ ledger }) => {
      await fill(ledger)
      const odd = await read(ledger, 'odd', ALL)
      assert.equal(odd.length, 3)
      const all = await read(ledger, undefined, ALL)
      assert.deepEqual(
        odd,
        all.filter((_, index) => index % 2 === 0),
      )
      assert.deepEqual(await read(ledger, 'odd', { count_max: 1 }), odd.slice(0, 1))
      assert.deepEqual(
        await read(ledger, 'odd', { before: odd[0]?.id as number, count_max: 9 }),
        odd.slice(1),
      )
      assert.deepEqual(await read(ledger, 'nobody', ALL), [])
      assert.deepEqual(await read(ledger, '', ALL), [])
    })

    row(`${name}: a page of none, or of fewer than none, is empty`, async ({ ledger }) => {
      await fill(ledger)
      assert.deepEqual(await read(ledger, undefined, { count_max: 0 }), [])
      assert.deepEqual(await read(ledger, 'odd', { count_max: -1 }), [])
    })
  }
}

/** Six of each, numbered from 0, in turns of `even` and `odd`. */
async function fill(ledger: Ledger): Promise<void> {
  for (let n = 0; n < 6; n++) {
    const owner = n % 2 === 0 ? 'even' : 'odd'
    await ledger.record(
      progress(START, {
        attempts: [attempt({ instanceId: owner })],
        deadLetters: [deadLetter({ instanceId: owner, address: address(n) })],
        refusals: [refusal({ sourceId: owner, address: address(n) })],
      }),
    )
  }
}
