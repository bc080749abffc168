import type { FastifyInstance, FastifyReply } from 'fastify'
import { AppError } from '../../core/errors.ts'
import { type SingleSignOn, SSO_CALLBACK } from './sso.ts'

/**
 * Where a browser goes to log in by single sign-on, and where it comes back: pages, and no part of the API. What goes wrong is
 * said in a page that needs nothing else to be shown.
 */
export function ssoRoutes(server: FastifyInstance, sso: SingleSignOn): void {
  server.get('/admin/v1/sso/start', async (request, reply) => {
    const { to } = request.query as { readonly to?: unknown }
    try {
      const { url, cookie } = await sso.begin(request, typeof to === 'string' ? to : undefined)
      return reply.header('set-cookie', cookie).header('cache-control', 'no-store').redirect(url, 303)
    } catch (error) {
      return tell(reply, error)
    }
  })
  server.get(SSO_CALLBACK, async (request, reply) => {
    try {
      const { to, cookies } = await sso.end(request)
      return reply.header('set-cookie', cookies).header('cache-control', 'no-store').redirect(to, 303)
    } catch (error) {
      return tell(reply, error)
    }
  })
}

function tell(reply: FastifyReply, error: unknown): FastifyReply {
  if (!(error instanceof AppError)) throw error
  const problem = error.details['problem']
  return reply
    .code(error.status)
    .header('cache-control', 'no-store')
    .header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'no-referrer')
    .type('text/html; charset=utf-8')
    .send(pageOf(error, problem === undefined ? '' : String(problem)))
}

function pageOf({ code, message }: AppError, problem: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Millrace: ${code}</title>
<h1>${escaped(message)}</h1>
<p>${escaped(problem)}</p>
<p><code>${code}</code></p>
<p><a href="/">Back to the login</a></p>
</html>
`
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
