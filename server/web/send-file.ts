import type { FastifyReply, FastifyRequest } from 'fastify'
import type { WebFile, WebFiles } from './web-files.ts'

const YEAR_S = 31_536_000
/** For a file whose name has a hash of what is in it. */
export const ALWAYS = `public, max-age=${YEAR_S}, immutable`
/** For a file that the next build may change. */
export const EACH_TIME = 'no-cache'

/** Answers with a file, or with 304 to who has it. */
export function send(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  files: WebFiles,
  { bytes, type, encoding, etag }: WebFile,
  cacheControl: string,
): FastifyReply {
  reply.headers({
    'content-type': type,
    'cache-control': cacheControl,
    etag,
    vary: 'Accept-Encoding',
  })
  if (files.hasAlready(headers['if-none-match'], etag)) return reply.code(304).send()
  if (encoding !== undefined) reply.header('content-encoding', encoding)
  return reply.send(bytes)
}

type NotBuilt = {
  readonly what: string
  readonly works: string
  readonly command: string
  /** HTML. */
  readonly instead: string
}

/** 503, with what builds the files that are missing. */
export function notBuilt(reply: FastifyReply, { what, works, command, instead }: NotBuilt): FastifyReply {
  const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Millrace</title>
<h1>${what}</h1>
<p>${works} To see them, run <code>${command}</code> in its folder and load this page again.</p>
<p>${instead}</p>
</html>
`
  return reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').code(503).send(page)
}
