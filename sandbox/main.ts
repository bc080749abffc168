import { parseArgs } from 'node:util'
import { startSandbox } from './server.ts'

const USAGE = `usage: node sandbox/main.ts [--port 4002] [--host 127.0.0.1]

A local stand-in for Heap's server API. Nothing is kept on disk: what it holds ends with it.`

const { values } = readArguments()
if (values.help) {
  console.log(USAGE)
} else {
  await run(values.host, Number(values.port))
}

async function run(host: string, port: number): Promise<void> {
  const { url, close } = await startSandbox({ host, port }).catch((error: NodeJS.ErrnoException) => {
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
      help: { type: 'boolean', default: false },
    } as const
    const args = parseArgs({ options })
    if (!/^\d{1,5}$/.test(args.values.port))
      throw new RangeError(`--port must be a number, got ${args.values.port}`)
    return args
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`)
    process.exit(2)
  }
}
