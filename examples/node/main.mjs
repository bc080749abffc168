// npm run example:node [-- ADDRESS]: a small web server that tells Millrace what its visitors do.
import { createServer } from 'node:http'
import { Analytics } from '@segment/analytics-node'

const [millrace = 'http://127.0.0.1:4000', port = 4102] = process.argv.slice(2)
const analytics = new Analytics({ host: millrace, writeKey: 'dev-backend-key', flushInterval: 1_000 })
analytics.on('error', (error) => console.error(error))

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost')
  const userId = searchParams.get('user') ?? 'ada'
  if (pathname === '/sign-up') {
    analytics.identify({ userId, traits: { plan: 'pro' } })
    analytics.track({ userId, event: 'Signed Up', properties: { from: 'Node server' } })
  }
  response.end(`Hello ${userId}. Try /sign-up?user=grace\n`)
})
server.listen(Number(port), '127.0.0.1', () => {
  console.log(`The server is at http://127.0.0.1:${server.address().port}/    Stop: Ctrl-C`)
})

// What has not been sent yet goes before the process ends.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    server.close()
    await analytics.closeAndFlush()
    process.exit()
  })
}
