// npm run example:static [-- ADDRESS]: serves the page beside this file, for a Millrace at ADDRESS.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const USUAL = 'http://127.0.0.1:4000'
const PORT = 4100
const [millrace = USUAL, port = PORT] = process.argv.slice(2)
const page = readFileSync(new URL('index.html', import.meta.url), 'utf8').replaceAll(USUAL, millrace)

const server = createServer((_request, response) => {
  response.setHeader('content-type', 'text/html; charset=utf-8').end(page)
})
server.listen(Number(port), '127.0.0.1', () => {
  console.log(`The page is at http://127.0.0.1:${server.address().port}/    Stop: Ctrl-C`)
})
