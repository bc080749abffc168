// npm run dev:web: the pages as they are being written, in front of the admin port of a server that runs
// (npm start in another terminal). --admin http://127.0.0.1:4001 names another one.
import { parseArgs } from 'node:util'
import { createServer } from 'vite'
import { webOptions } from './build-web.mjs'

const { values } = parseArgs({
  options: {
    admin: { type: 'string', default: 'http://127.0.0.1:4001' },
    port: { type: 'string', default: '4002' },
  },
})
const server = await createServer({
  ...(await webOptions()),
  server: {
    host: '127.0.0.1',
    port: Number(values.port),
    proxy: Object.fromEntries(['/admin/', '/sandbox/', '/docs/'].map((path) => [path, values.admin])),
    // The pages take code from rooms beside them.
    fs: { allow: ['..'] },
  },
})
await server.listen()
server.printUrls()
