import { once } from 'node:events'
import { type AgentServerDeps, agentServer } from './agent-server.ts'
import { serveStdio as serve } from './sdk.ts'

/** Serves one agent over the standard input and output, until it closes the input. */
export async function serveStdio(deps: AgentServerDeps): Promise<void> {
  const handle = serve(() => agentServer(deps), { onerror: deps.onFault })
  await once(process.stdin, 'close')
  await handle.close()
}
