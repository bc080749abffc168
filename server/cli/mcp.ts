import { adminClient, CLIENT_FLAGS, type Client, type ClientDeps } from './client.ts'
import type { Command } from './command.ts'
import { readFlags } from './options.ts'

export type McpDeps = ClientDeps & {
  /** Until the agent is done. */
  readonly serve: (client: Client) => Promise<void>
}

/** Tools for agents over the standard input and output: the output is theirs alone. */
export const mcp: Command<McpDeps> = {
  name: 'mcp',
  summary:
    'Serve an agent over the standard input and output (Model Context Protocol), with the rights of a token',
  usage: 'millrace mcp [--url URL] [--token TOKEN]',
  async run({ serve, ...asking }, args, io) {
    const { flags, rest } = readFlags(args, CLIENT_FLAGS)
    if (rest.length > 0) {
      io.err(`usage: ${mcp.usage}`)
      return 2
    }
    const client = adminClient(asking, flags)
    const { name, role } = await client.ask('GET /admin/v1/me')
    io.err(`Millrace at ${client.url}, as ${name}: ${role}`)
    await serve(client)
    return 0
  },
}
