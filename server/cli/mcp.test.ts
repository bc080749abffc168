import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { AppError } from '../../core/errors.ts'
import type { Ask } from './client.ts'
import { mcp } from './mcp.ts'

const ME = { via: 'token', name: 'ci', role: 'viewer', personal: false }

/** Runs the command; `served` says whether an agent was served, and `agents` what asked. */
async function run(args: readonly string[], answer: { readonly ok: boolean; readonly json: unknown }) {
  const [out, err, agents]: [string[], string[], unknown[]] = [[], [], []]
  let served = false
  const ask: Ask = async (_method, _url, { agent }) => {
    agents.push(agent)
    return answer
  }
  const serve = async () => {
    served = true
  }
  const io = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) }
  const ended = await mcp.run({ ask, agent: 'millrace-mcp/1', serve }, args, io).catch((error) => error)
  return { ended, out, err, served, agents }
}

describe('millrace mcp', () => {
  test('says on the error output where it asks and as whom, then serves; the output is the agent’s', async () => {
    const { ended, out, err, served, agents } = await run(['--url', 'http://127.0.0.1:9'], {
      ok: true,
      json: ME,
    })
    assert.deepEqual([ended, out, served], [0, [], true])
    assert.deepEqual(err, ['Millrace at http://127.0.0.1:9, as ci: viewer'])
    assert.deepEqual(agents, ['millrace-mcp/1'])
  })

  const wrong: readonly [what: string, args: readonly string[], json: unknown, code: string | 2][] = [
    ['a token that is not taken', [], { error: { code: 'TOKEN_INVALID' } }, 'TOKEN_INVALID'],
    ['what answers is something else', [], {}, 'SERVER_UNREACHABLE'],
    ['a flag that is not there', ['--port', '1'], ME, 'OPTION_INVALID'],
    ['a word too many', ['now'], ME, 2],
  ]
  for (const [what, args, json, code] of wrong) {
    test(`${what}: no agent is served`, async () => {
      const { ended, out, served } = await run(args, { ok: false, json })
      assert.equal(ended instanceof AppError ? ended.code : ended, code)
      assert.deepEqual([out, served], [[], false])
    })
  }
})
