import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { request } from 'undici'

/** What is used of the package, which brings no types. https://github.com/panva/node-oidc-provider */
type Provider = {
  readonly callback: () => (request: IncomingMessage, response: ServerResponse) => void
  readonly interactionDetails: (
    request: IncomingMessage,
    response: ServerResponse,
  ) => Promise<{ prompt: { name: string }; params: { client_id: string }; session?: { accountId: string } }>
  readonly interactionFinished: (
    request: IncomingMessage,
    response: ServerResponse,
    result: object,
    options: object,
  ) => Promise<void>
  readonly Grant: new (of: object) => { addOIDCScope(scope: string): void; save(): Promise<string> }
}
const PACKAGE: string = 'oidc-provider'
const SCOPES = ['openid', 'email', 'profile', 'groups']

export const CLIENT = { id: 'millrace', secret: 'a-secret-of-the-client-0123456789' } as const
export type Account = Readonly<Record<string, unknown>> & { readonly sub: string }

type Options = { readonly redirectUri: string; readonly claimsInIdToken?: boolean; readonly port?: number }

/** A provider of OpenID Connect on this machine. Whoever comes logs in as `who` says, without being asked. */
export async function startProvider({ redirectUri, claimsInIdToken = false, port = 0 }: Options) {
  const world: { who: Account | 'cancels' } = { who: { sub: 'nobody' } }
  const accounts = new Map<string, Account>()
  const server = createServer()
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { default: Made } = (await import(PACKAGE)) as {
    readonly default: new (issuer: string, configuration: object) => Provider
  }
  const provider = new Made(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
    scopes: SCOPES,
    conformIdTokenClaims: !claimsInIdToken,
    cookies: { keys: ['a key for tests'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: async (_: unknown, id: string) => ({ accountId: id, claims: async () => accounts.get(id) }),
  })
  const answer = provider.callback()

  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { prompt, params, session } = await provider.interactionDetails(request, response)
    const { who } = world
    const finish = (result: object) =>
      provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true })
    if (who === 'cancels')
      return finish({ error: 'access_denied', error_description: 'The person went away' })
    accounts.set(who.sub, who)
    if (prompt.name === 'login') return finish({ login: { accountId: who.sub } })
    const grant = new provider.Grant({ accountId: session?.accountId, clientId: params.client_id })
    grant.addOIDCScope(SCOPES.join(' '))
    return finish({ consent: { grantId: await grant.save() } })
  }
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction/')) void interact(request, response)
    else answer(request, response)
  })
  return {
    issuer,
    /** Who logs in next. */
    as(who: Account | 'cancels') {
      world.who = who
    },
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Goes where it is sent, with cookies and fetch metadata, as a browser does; tells where it ended. */
export function wanderer() {
  const jars = new Map<string, Map<string, string>>()
  const jarOf = (origin: string) => jars.get(origin) ?? jars.set(origin, new Map()).get(origin) ?? new Map()

  /** One request; `site` is how it came to be. */
  async function step(url: string, site: 'none' | 'cross-site' = 'none') {
    const jar = jarOf(new URL(url).origin)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const fetched = { 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    // Not `fetch`, which has fetch metadata of its own.
    const {
      statusCode: status,
      headers,
      body,
    } = await request(url, { headers: { cookie, ...fetched }, reset: true })
    for (const set of [headers['set-cookie'] ?? []].flat()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      if (/Max-Age=0|expires=Thu, 01 Jan 1970/i.test(set)) jar.delete(name)
      else jar.set(name, value)
    }
    const next = headers.location === undefined ? null : new URL(String(headers.location), url).href
    return { url, status, headers, text: await body.text(), next }
  }
  return {
    cookiesOf: jarOf as (origin: string) => ReadonlyMap<string, string>,
    step,
    async go(start: string) {
      const visited: string[] = []
      let site: 'none' | 'cross-site' = 'none'
      for (let url = start; ; ) {
        visited.push(url)
        const { next, ...end } = await step(url, site)
        if (next === null || visited.length > 20) return { ...end, visited }
        // Once a redirect has led to another site, all that follows comes from there.
        if (new URL(next).origin !== new URL(url).origin) site = 'cross-site'
        url = next
      }
    },
  }
}
