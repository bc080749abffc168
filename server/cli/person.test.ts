import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type PersonDeps, person } from './person.ts'

const DONE = {
  ...{ id: 7, state: 'running', stage: 'telling', erased: { events: 5, parked: 0 } },
  ...{ told: [{ destination: 'heap', state: 'asked', text: 'It works on it.' }], remarks: ['Backups stay.'] },
}
const FOUND = {
  ...{
    events: 2,
    first: 'a',
    last: 'b',
    sources: [{ source: 'site', events: 2 }],
    whole: true,
    suppressed: false,
  },
  ...{ destinations: [{ destination: 'heap', attempts: 1, deadLetters: 0, parked: 0 }], shared: [] },
  ids: { userIds: ['ada'], anonymousIds: ['phone'], emails: [] },
}

async function run(args: string, answers: readonly { ok: boolean; json: unknown }[]) {
  const [lines, asked]: [string[], unknown[]] = [[], []]
  let at = 0
  const ask: PersonDeps['ask'] = async (method, url, { body }) => {
    asked.push([method, url, body])
    return answers[at++] ?? { ok: false, json: {} }
  }
  const io = { out: (line: string) => lines.push(line), err: (line: string) => lines.push(`! ${line}`) }
  const code = await person.run({ ask, wait: async () => true }, args.split(' '), io)
  return { code, lines, asked }
}

describe('millrace person', () => {
  test('find tells what there is', async () => {
    const { code, lines, asked } = await run('find --user-id ada', [{ ok: true, json: FOUND }])
    assert.equal(code, 0)
    assert.deepEqual(asked, [
      ['POST', 'http://127.0.0.1:4001/admin/v1/persons/find', { person: { userId: 'ada' } }],
    ])
    assert.deepEqual(lines, [
      '2 events, from a to b',
      '  of site: 2',
      '  heap: 1 requests, 0 dead letters, 0 waiting',
      'Known as: ada, phone',
    ])
  })

  test('delete follows the deletion until only destinations work on it', async () => {
    const { code, lines, asked } = await run(
      'delete --email a@b.co --yes --suppress --destination heap,crm',
      [
        { ok: true, json: { ...DONE, stage: 'log' } },
        { ok: true, json: DONE },
      ],
    )
    assert.equal(code, 0)
    const body = { person: { email: 'a@b.co' }, suppress: true, destinations: ['heap', 'crm'] }
    assert.deepEqual(asked[0], ['POST', 'http://127.0.0.1:4001/admin/v1/persons/deletions', body])
    assert.deepEqual(lines, [
      'Deletion 7 is done here, and destinations work on it.',
      '  events: 5',
      '  heap: asked. It works on it.',
      'Backups stay.',
    ])
  })

  test('what the server refuses is told', async () => {
    const refused = { ok: false, json: { error: { code: 'NOT_FOUND', message: 'There is no such thing.' } } }
    const answer = run('delete --user-id ada --yes --destination x', [refused])
    await assert.rejects(answer, { code: 'NOT_FOUND' })
  })

  for (const args of [
    ...['forget --user-id ada', 'find', 'find --user-id ada --email a@b.co', 'delete --user-id ada'],
    'find --user-id ada --url nowhere',
  ]) {
    test(`"${args}" is no call`, () => assert.rejects(run(args, []), { code: 'OPTION_INVALID' }))
  }
})
