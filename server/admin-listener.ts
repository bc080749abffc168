import type { FastifyInstance } from 'fastify'
import { AppError } from '../core/errors.ts'
import { exposureProblem } from './admin/exposure.ts'
import { sameOriginOnly } from './admin/guard.ts'
import type { ServerConfig } from './config.ts'
import { httpListener } from './http/listener.ts'
import { securityHeaders } from './http/security-headers.ts'
import type { TlsPair } from './http/tls.ts'
import { docsRoutes } from './web/docs-routes.ts'
import { webFiles } from './web/web-files.ts'
import { webPage, webRoutes } from './web/web-routes.ts'
import { DOCS_FOLDER, WEB_FOLDER } from './web-folder.ts'

const ADMIN_BODY_BYTES_MAX = 10_485_760

export type AdminListenerOptions = {
  readonly config: Pick<ServerConfig, 'admin' | 'trustProxy' | 'connections'>
  readonly tls: TlsPair | undefined
  readonly onFault: (error: unknown) => void
  /** Sees the server before its routes are added. */
  readonly watch?: (server: FastifyInstance) => void
}

/** The port of the admin side: who may ask it at all, what every answer says, and the files of the pages. */
export function adminListener({ config, tls, onFault, watch }: AdminListenerOptions): FastifyInstance {
  const { admin, trustProxy, connections } = config
  const web = webFiles(WEB_FOLDER)
  const server = httpListener({
    ...{ body_bytes_max: ADMIN_BODY_BYTES_MAX, onFault, otherwise: webPage(web), trustProxy, tls },
    headers: securityHeaders('closed', tls !== undefined),
    connections: { ...connections, address_max: undefined },
  })
  watch?.(server)
  sameOriginOnly(server, { adminUrl: admin.url })
  webRoutes(server, web)
  docsRoutes(server, webFiles(DOCS_FOLDER))
  return server
}

/** @throws {AppError} OPTION_INVALID when it would be reached by those who must not */
export function checkExposure(
  { admin, tls, trustProxy }: Pick<ServerConfig, 'admin' | 'tls' | 'trustProxy'>,
  { hasLogin }: { readonly hasLogin: boolean },
): void {
  const { host, url, isInsecureAllowed } = admin
  const isProtected = tls.certFile !== undefined || trustProxy !== false || isInsecureAllowed
  const problem = exposureProblem({ host, url, isProtected, hasLogin })
  if (problem !== undefined) {
    throw new AppError('OPTION_INVALID', { option: '--admin-host, --admin-url', value: url ?? host, problem })
  }
}
