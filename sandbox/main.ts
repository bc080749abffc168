import { parseArgs } from 'node:util'
import { startSandbox } from './server.ts'
import { SETTINGS_DEFAULT, type Settings, settingsProblem } from './settings.ts'

const USAGE = `usage: node sandbox/main.ts [--port 4002] [--host 127.0.0.1] [--limits count]

A local stand-in for Heap's server API. Nothing is kept on disk: what it holds ends with it.

--limits says what happens to a request that is over one of Heap's rate limits:
  off      nothing
  count    it is taken, and counted as a breach
  refuse   it is answered with 429`

const { values } = readArguments()
if (values.help) {
  console.log(USAGE)
} else {
  await run(values.host, Number(values.port), values.limits as Settings['limits'])
}

async function run(host: string, port: number, limits: Settings['limits']): Promise<void> {
  const { url, close } = await startSandbox({ host, port, limits }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error
    console.error(`Another program listens on port ${port}. Choose another one with --port.`)
    process.exit(1)
  })
  console.log(`Page:  ${url}/`)
  console.log(
    `API:   ${url}   (as the address of Heap in a destination's settings; any digits as the App Id)`,
  )
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, close)
}

function readArguments() {
  try {
    const options = {
      port: { type: 'string', default: '4002' },
      host: { type: 'string', default: '127.0.0.1' },
      limits: { type: 'string', default: SETTINGS_DEFAULT.limits },
      help: { type: 'boolean', default: false },
    } as const
    const args = parseArgs({ options })
    if (!/^\d{1,5}$/.test(args.values.port))
      throw new RangeError(`--port must be a number, got ${args.values.port}`)
    const problem = settingsProblem({ limits: args.values.limits })
    if (problem !== undefined) throw new RangeError(`--${problem}, got ${args.values.limits}`)
    return args
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`)
    process.exit(2)
  }
}
