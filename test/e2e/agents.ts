import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import type { Role } from '../../contract/roles.ts'
import type { AnswerOf } from '../../contract/route.ts'
import type { Routes } from '../../contract/routes.ts'
import type { Place } from './server.ts'

const MAIN = join(import.meta.dirname, '../../server/main.ts')
const ME = { name: 'agent', version: '1' }
const NEWEST = '2026-07-28'

/** Where an agent asks, and as whom. */
export type Connection = { readonly adminUrl: string; readonly token: string; readonly folder: string }

/** How an agent may be connected. */
export const WAYS = {
  async 'over the standard input and output'({ adminUrl, token, folder }: Connection): Promise<Client> {
    const client = new Client(ME)
    const env = { MILLRACE_URL: adminUrl, MILLRACE_TOKEN: token, HOME: folder }
    const command = { command: process.execPath, args: [MAIN, 'mcp'] }
    await client.connect(new StdioClientTransport({ ...command, env, stderr: 'ignore' }))
    return client
  },
  async 'over HTTP'({ adminUrl, token }: Connection): Promise<Client> {
    const client = new Client(ME, { versionNegotiation: { mode: { pin: NEWEST } } })
    const requestInit = { headers: { authorization: `Bearer ${token}` } }
    await client.connect(new StreamableHTTPClientTransport(new URL(`${adminUrl}/mcp`), { requestInit }))
    return client
  },
  async 'over HTTP, as clients of 2025 do'({ adminUrl, token }: Connection): Promise<Client> {
    const client = new Client(ME)
    const authProvider = { token: async () => token }
    await client.connect(new StreamableHTTPClientTransport(new URL(`${adminUrl}/mcp`), { authProvider }))
    return client
  },
} as const
export type Way = keyof typeof WAYS

/** A token as whoever may write the data folder makes it. */
export async function tokenOf(place: Place, role: Role, ...more: readonly string[]): Promise<string> {
  const words = ['token', 'create', '--name', `agent ${role}`, '--role', role, ...more]
  const data = ['--data', join(place.folder, 'data')]
  const env = await place.environment()
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, ...words, ...data], { env })
  return stdout.trim()
}

/** An agent that is connected, and uses tools. */
export async function connected(way: Way, connection: Connection) {
  const client = await WAYS[way](connection)
  const call = async (name: string, given: object) => {
    const { isError, structuredContent, content } = await client.callTool({ name, arguments: { ...given } })
    const [first] = content as readonly { readonly text: string }[]
    return { isError: isError === true, answer: structuredContent, text: first?.text ?? '' }
  }
  return {
    client,
    /** Expects that it goes well, and that the text says what the answer does. */
    async use<Answer = Readonly<Record<string, unknown>>>(name: string, given: object = {}): Promise<Answer> {
      const { isError, answer, text } = await call(name, given)
      assert.ok(!isError, `${name}: ${text}`)
      assert.deepEqual(JSON.parse(text), answer)
      return answer as Answer
    },
    /** Expects an error that the product knows; gives its text. */
    async refused(name: string, given: object = {}): Promise<string> {
      const { isError, text } = await call(name, given)
      assert.ok(isError, `${name}: ${text}`)
      return text
    },
    async read(uri: string): Promise<string> {
      const { contents } = await client.readResource({ uri })
      const [first] = contents as readonly { readonly text?: string }[]
      return first?.text ?? ''
    },
  }
}
export type Agent = Awaited<ReturnType<typeof connected>>
/** What a route answers, where a tool gives just that. */
export type Answer<Name extends keyof Routes> = AnswerOf<Routes[Name]>
