import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../core/errors.ts'
import { type PagePaths, USUAL_PATHS } from '../../core/page-paths.ts'
import { type EncodedTexts, encodedTexts, hasAlready } from './encodings.ts'
import { type PageAddress, pageAddress } from './page-address.ts'
import type { PluginFiles } from './plugin-files.ts'
import { type PageSource, settingsDocument } from './settings-document.ts'
import { isHashed, type Vendor, type VendorBuild } from './vendor-builds.ts'

/** A change of the configuration reaches pages after this. */
const SETTINGS_AGE_S = 60
/** The vendors' builds change with their packages only, and then all their parts at once. */
const BUILD_AGE_S = 300
const YEAR_S = 31_536_000

export type PageDeps = {
  readonly sourceOf: (writeKey: string) => PageSource | undefined
  readonly builds: Readonly<Record<Vendor, VendorBuild>>
  readonly plugins: PluginFiles
  readonly publicUrl: string | undefined
  /** Besides the usual paths, which are always there. */
  readonly ownPaths: PagePaths | undefined
}

/** All that a page loads: the vendors' libraries, their settings, and our plugins. */
export function pageRoutes(server: FastifyInstance, deps: PageDeps): void {
  const texts = encodedTexts()
  mount(server, deps, texts, { ...USUAL_PATHS, addressPaths: USUAL_PATHS })
  if (deps.ownPaths === undefined) return
  mount(server, deps, texts, { ...deps.ownPaths, addressPaths: deps.ownPaths })
  // A library that is bundled into the site asks for the usual names, below the prefix.
  mount(server, deps, texts, { ...below(USUAL_PATHS, deps.ownPaths.prefix), addressPaths: deps.ownPaths })
}

type MountPaths = PagePaths & {
  /** What the settings document names. */
  readonly addressPaths: PagePaths
}

function below(paths: PagePaths, prefix: string): PagePaths {
  return Object.fromEntries(
    Object.entries(paths).map(([name, path]) => [name, prefix + path]),
  ) as unknown as PagePaths
}

function mount(server: FastifyInstance, deps: PageDeps, texts: EncodedTexts, paths: MountPaths): void {
  const { addressPaths } = paths
  const send = sender(texts)

  server.get<Keyed>(paths.settings, async (request, reply) => {
    const source = sourceFor(deps, request.params.writeKey)
    const address = pageAddress(request, deps.publicUrl)
    const text = JSON.stringify(settingsDocument(source, addressesIn(address, deps, addressPaths)))
    const name = `settings\n${text}`
    return send(request, reply, { name, type: JSON_TYPE, age_s: SETTINGS_AGE_S, text: () => text })
  })
  for (const [vendor, path] of [
    ['customerio', paths.customerioBuild],
    ['segment', paths.segmentBuild],
  ] as const) {
    server.get<Keyed>(path, async (request, reply) => {
      const { writeKey } = sourceFor(deps, request.params.writeKey)
      const text = () => deps.builds[vendor].build(writeKey, addressPaths)
      const name = ['build', vendor, writeKey, addressPaths.prefix].join('\n')
      return send(request, reply, { name, type: SCRIPT_TYPE, age_s: BUILD_AGE_S, text })
    })
  }
  for (const folder of new Set([paths.customerioParts, paths.segmentParts])) {
    server.get<File>(`${folder}/:file`, async (request, reply) => {
      const { file } = request.params
      const build = Object.values(deps.builds).find(({ parts }) => parts.has(file))
      if (build === undefined) throw notThere(request)
      const age_s = isHashed(file) ? YEAR_S : BUILD_AGE_S
      return send(request, reply, {
        name: `part\n${file}`,
        type: SCRIPT_TYPE,
        age_s,
        text: () => build.part(file),
      })
    })
  }
  // The browser libraries' option `obfuscate` writes the folder's name in base64.
  for (const folder of [paths.plugins, obfuscated(paths.plugins)]) {
    server.get<File>(`${folder}/:file`, async (request, reply) => {
      const found = deps.plugins.find(request.params.file)
      if (found === undefined) throw notThere(request)
      const age_s = found.isExact ? YEAR_S : 0
      const text = () => deps.plugins.read(found.file)
      return send(request, reply, { name: `plugin\n${found.file}`, type: SCRIPT_TYPE, age_s, text })
    })
  }
}

type Keyed = { Params: { writeKey: string } }
type File = { Params: { file: string } }
const SCRIPT_TYPE = 'text/javascript; charset=utf-8'
const JSON_TYPE = 'application/json; charset=utf-8'

function sourceFor({ sourceOf }: PageDeps, writeKey: string): PageSource {
  const source = sourceOf(writeKey)
  if (source === undefined) throw new AppError('SOURCE_NOT_FOUND', { writeKey })
  return source
}

function addressesIn({ protocol, place }: PageAddress, deps: PageDeps, paths: PagePaths) {
  return {
    protocol,
    apiHost: place + paths.events,
    scriptUrl(bundle: string) {
      const file = deps.plugins.fileFor(bundle, paths.prefix !== '')
      return file === undefined ? undefined : `${protocol}://${place}${paths.plugins}/${file}`
    },
  }
}

function obfuscated(folder: string): string {
  const at = folder.lastIndexOf('/') + 1
  return folder.slice(0, at) + btoa(folder.slice(at)).replaceAll('=', '')
}

function notThere({ method, url }: FastifyRequest): AppError {
  return new AppError('ROUTE_NOT_FOUND', { address: `${method} ${url}` })
}

type Sent = {
  /** Tells what is kept compressed apart. */
  readonly name: string
  readonly type: string
  readonly age_s: number
  readonly text: () => string | Promise<string>
}

/** Sends a text that everybody may read and keep: compressed, with its tag, for pages of every site. */
function sender(texts: EncodedTexts) {
  return async function send(
    request: FastifyRequest,
    reply: FastifyReply,
    { name, type, age_s, text }: Sent,
  ): Promise<FastifyReply> {
    const { headers } = request
    const { bytes, encoding, etag } = await texts(name, headers['accept-encoding'], text)
    reply
      .header('content-type', type)
      .header('etag', etag)
      .header('cache-control', cacheControl(age_s))
      // An answer to a request without Origin must not be taken from a cache for one with it.
      .header('vary', 'Origin, Accept-Encoding')
      .header('cross-origin-resource-policy', 'cross-origin')
      .header('x-content-type-options', 'nosniff')
    if (headers.origin === undefined) reply.header('access-control-allow-origin', '*')
    if (hasAlready(headers['if-none-match'], etag)) return reply.code(304).send()
    if (encoding !== undefined) reply.header('content-encoding', encoding)
    return reply.send(bytes)
  }
}

function cacheControl(age_s: number): string {
  if (age_s === 0) return 'no-store'
  return `public, max-age=${age_s}${age_s === YEAR_S ? ', immutable' : ''}`
}
