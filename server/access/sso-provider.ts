import { AppError } from '../../core/errors.ts'
import { identityOf, type SsoIdentity } from './sso-claims.ts'
import type { SsoOptions } from './sso-options.ts'

type Client = typeof import('openid-client')
type Known = Awaited<ReturnType<Client['discovery']>>

/** The provider answers within this, or the login fails; in seconds, as the library counts. */
const WITHIN_S = 10

type Claims = Readonly<Record<string, unknown>>

/** What is kept between going to the provider and coming back. */
export type Pass = { readonly state: string; readonly nonce: string; readonly verifier: string }
export type SsoProvider = {
  /** Where the person goes to log in. @throws {AppError} SSO_FAILED */
  readonly begin: (redirectUri: string) => Promise<{ readonly url: string; readonly pass: Pass }>
  /** Who came back. @throws {AppError} SSO_FAILED */
  readonly end: (url: URL, pass: Pass) => Promise<SsoIdentity>
}

/**
 * OpenID Connect, the authorization code flow with PKCE, state and nonce (RFC 9700, 2.1). The provider is asked what it is
 * when the first person goes there, and again after that failed: it need not be up when the server starts.
 */
export function ssoProvider(options: SsoOptions): SsoProvider {
  let discovering: Promise<Known> | undefined
  async function known(client: Client): Promise<Known> {
    discovering ??= discover(client, options)
    try {
      return await discovering
    } catch (error) {
      discovering = undefined
      throw error
    }
  }
  return {
    begin: (redirectUri) =>
      named(async () => {
        const client = await import('openid-client')
        const provider = await known(client)
        const pass = {
          state: client.randomState(),
          nonce: client.randomNonce(),
          verifier: client.randomPKCECodeVerifier(),
        }
        const url = client.buildAuthorizationUrl(provider, {
          redirect_uri: redirectUri,
          scope: options.scopes,
          state: pass.state,
          nonce: pass.nonce,
          code_challenge: await client.calculatePKCECodeChallenge(pass.verifier),
          code_challenge_method: 'S256',
        })
        return { url: url.href, pass }
      }),
    end: (url, pass) =>
      named(async () => {
        const client = await import('openid-client')
        const provider = await known(client)
        const tokens = await client.authorizationCodeGrant(provider, url, {
          expectedState: pass.state,
          expectedNonce: pass.nonce,
          pkceCodeVerifier: pass.verifier,
          idTokenExpected: true,
        })
        const claims = tokens.claims()
        if (claims === undefined) throw new Error('there is no ID token')
        // Some providers tell address and groups only there.
        const told = provider.serverMetadata().userinfo_endpoint
        const more =
          told === undefined ? {} : await client.fetchUserInfo(provider, tokens.access_token, claims.sub)
        return identityOf(joined(claims, more), options.groupsClaim)
      }),
  }
}

/** What the signed token says wins; that an address is verified counts only for that address. */
function joined(claims: Claims, more: Claims): Claims {
  const isSame = claims['email'] === undefined || claims['email'] === more['email']
  return { ...more, ...(isSame ? {} : { email_verified: undefined }), ...claims }
}

function discover(client: Client, { issuer, clientId, clientSecret }: SsoOptions): Promise<Known> {
  const url = new URL(issuer)
  const method = clientSecret === undefined ? client.None() : client.ClientSecretPost(clientSecret)
  // The options let only an issuer on this machine be without TLS.
  const execute = url.protocol === 'http:' ? [client.allowInsecureRequests] : []
  return client.discovery(url, clientId, undefined, method, { execute, timeout: WITHIN_S })
}

async function named<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    throw new AppError('SSO_FAILED', { problem: problemOf(cause) }, { cause })
  }
}

/** What the provider says is wrong, else what the library says, and what lies beneath. */
function problemOf(error: unknown): string {
  const {
    message,
    error: code,
    error_description: text,
    cause,
  } = error as {
    readonly message?: string
    readonly error?: string
    readonly error_description?: string
    readonly cause?: { readonly message?: string }
  }
  const parts = code === undefined ? [message, cause?.message] : [code, text]
  return [...new Set(parts.filter((part) => part !== undefined && part !== ''))].join(': ').slice(0, 300)
}
