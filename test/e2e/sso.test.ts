import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { describe, test } from 'node:test'
import { CLIENT, startProvider, wanderer } from '../../server/access/sso.fixtures.ts'
import { makePlace } from './server.ts'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe('a server with single sign-on', { timeout: 120_000 }, () => {
  test('lets a browser in that comes back from the provider, which is another site', async () => {
    const place = await makePlace()
    const port = await freePort()
    const adminUrl = `http://127.0.0.1:${port}`
    const provider = await startProvider({ redirectUri: `${adminUrl}/admin/v1/sso/callback` })
    try {
      place.configure({ sources: [], destinations: [] })
      const sso = [
        '--oidc-issuer',
        provider.issuer,
        '--oidc-client-id',
        CLIENT.id,
        '--oidc-roles',
        'growth=editor',
      ]
      const more = ['--oidc-client-secret', CLIENT.secret, '--oidc-scopes', 'openid email profile groups']
      await place.start('--login', 'on', '--admin-port', String(port), ...sso, ...more)
      provider.as({ sub: '1', email: 'ada@example.com', email_verified: true, groups: ['growth'] })
      const browser = wanderer()
      const end = await browser.go(`${adminUrl}/admin/v1/sso/start?to=/sources`)
      assert.equal(end.url, `${adminUrl}/sources`, end.text)
      const cookie = [...browser.cookiesOf(adminUrl)].map((pair) => pair.join('=')).join('; ')
      const me = await (await fetch(`${adminUrl}/admin/v1/me`, { headers: { cookie } })).json()
      assert.deepEqual([me.email, me.role, me.login], ['ada@example.com', 'editor', 'sso'])
    } finally {
      await place.end()
      await provider.stop()
    }
  })
})
