export const ANYTHING = 'anything'

type Room = {
  /** The rooms that it may import. */
  readonly imports: readonly string[] | typeof ANYTHING
  /** The packages that it may import; `node:` stands for what Node itself brings. */
  readonly packages: readonly string[]
}

/** Who may import whom. A room that is not listed may import nothing, and nobody it. */
export const ROOMS: Readonly<Record<string, Room>> = {
  core: { imports: [], packages: ['liquidjs', 'croner'] },
  destinations: { imports: ['core'], packages: [] },
  // What the admin API takes and gives: its checks, its document and the types of the pages come from it.
  contract: { imports: ['core'], packages: ['typebox'] },
  // What writes SQL, in one place so that the build can make one file of it.
  'server/queries': { imports: [], packages: ['kysely'] },
  'server/sqlite': { imports: ['core', 'server/queries'], packages: ['node:', 'kysely'] },
  'server/postgres': { imports: ['core', 'server/queries'], packages: ['node:', 'pg', 'kysely'] },
  'server/log': {
    imports: ['core', 'server/sqlite'],
    packages: ['node:', '@nats-io/transport-node'],
  },
  'server/secrets': { imports: ['core', 'server/sqlite'], packages: ['node:'] },
  'server/store': {
    imports: ['core', 'server/queries', 'server/sqlite', 'server/postgres', 'server/secrets'],
    packages: ['node:', 'kysely'],
  },
  'server/ledger': { imports: ['core', 'server/sqlite', 'server/postgres'], packages: ['node:'] },
  'server/backup': { imports: ['core', 'server/sqlite', 'server/secrets'], packages: ['node:'] },
  // Where connections to addresses that people configured are opened.
  'server/net': { imports: ['core'], packages: ['node:', 'undici', 'ipaddr.js'] },
  'server/alerts': { imports: ['core', 'server/net'], packages: ['node:', 'undici', 'nodemailer'] },
  'server/config-file': { imports: ['core', 'server/store'], packages: ['yaml'] },
  'server/ingest': { imports: ['core', 'server/log'], packages: ['node:'] },
  'server/persons': {
    imports: ['core', 'server/log', 'server/ledger', 'server/store'],
    packages: ['node:'],
  },
  'server/http': { imports: ['core', 'server/ingest'], packages: ['node:', 'fastify', 'ipaddr.js'] },
  'server/pages': {
    imports: ['core'],
    packages: ['node:', 'fastify', '@customerio/cdp-analytics-browser', '@segment/analytics-next'],
  },
  'server/web': { imports: ['core', 'server/pages'], packages: ['node:', 'fastify'] },
  'server/admin': {
    imports: [
      ...['contract', 'core', 'server/log', 'server/store', 'server/ledger', 'server/lookup'],
      ...['server/config-file', 'server/tracking-plans'],
    ],
    packages: ['node:', 'fastify', 'typebox'],
  },
  // People, sessions, tokens and what they did.
  'server/access': {
    imports: [
      'contract',
      'core',
      'server/queries',
      'server/sqlite',
      'server/postgres',
      'server/secrets',
      'server/http',
      'server/admin',
    ],
    packages: [
      'node:',
      'kysely',
      'fastify',
      'typebox',
      '@node-rs/argon2',
      '@zxcvbn-ts/core',
      '@zxcvbn-ts/language-common',
      'otpauth',
      'uqr',
      'openid-client',
    ],
  },
  // JavaScript that people write, in an engine of its own.
  'server/transform': {
    imports: ['core'],
    packages: ['node:', 'acorn', 'quickjs-emscripten-core', '@jitl/quickjs-ng-wasmfile-release-sync'],
  },
  // What events should be like: ingest and the admin API are given what looks at them.
  'server/tracking-plans': {
    imports: ['core', 'server/store'],
    packages: ['node:', 'ajv', 'ajv-formats', 'csv-parse'],
  },
  'server/pipeline': { imports: ['core', 'server/log', 'server/ledger'], packages: ['node:'] },
  // The one place that picks implementations of what is shared.
  'server/engines': {
    imports: [
      ...['core', 'server/access', 'server/ledger', 'server/log', 'server/pipeline', 'server/postgres'],
      ...['server/secrets', 'server/store'],
    ],
    packages: ['node:', '@nats-io/transport-node'],
  },
  // What one process has in files, to where several can have it.
  'server/moving': {
    imports: [
      ...['core', 'server/access', 'server/ledger', 'server/log', 'server/postgres', 'server/secrets'],
      ...['server/sqlite', 'server/store'],
    ],
    packages: ['node:'],
  },
  'server/delivery': {
    imports: ['core', 'server/ledger', 'server/net', 'server/pipeline'],
    packages: ['node:', 'undici'],
  },
  'server/event-index': { imports: ['core', 'server/sqlite'], packages: ['node:'] },
  'server/lookup': {
    imports: ['contract', 'core', 'server/log', 'server/ledger', 'server/event-index'],
    packages: ['typebox'],
  },
  'server/indexer': {
    imports: ['core', 'server/ledger', 'server/pipeline', 'server/event-index'],
    packages: [],
  },
  // What is measured, and how scrapers read it.
  'server/metrics': { imports: ['core', 'server/ledger', 'server/lookup'], packages: ['node:', 'fastify'] },
  'server/traces': { imports: ['core', 'server/ingest', 'server/ledger'], packages: ['node:'] },
  // The events of files, read and sent over HTTP as a client would.
  'server/import': { imports: ['core', 'server/ingest'], packages: ['node:', 'csv-parse'] },
  // Databases that are read on a schedule.
  'server/sql': { imports: ['core', 'server/import', 'server/net'], packages: ['node:', 'pg', 'mysql2'] },
  'server/cli': { imports: ['contract', 'core', 'server/config-file', 'server/import'], packages: ['node:'] },
  // What agents use, over the admin API; the package is bundled into ours.
  'server/mcp': {
    imports: ['contract', 'core', 'server/admin', 'server/cli'],
    packages: ['node:', 'fastify', 'typebox', '@modelcontextprotocol/server'],
  },
  // The composition roots: the files that stand in server/ itself.
  server: { imports: ANYTHING, packages: ['node:', 'fastify', 'pino'] },
  web: {
    imports: ['core', 'destinations', 'contract'],
    packages: [
      'react',
      'react-dom',
      'radix-ui',
      '@tanstack/react-query',
      '@tanstack/react-router',
      '@tanstack/react-virtual',
      '@codemirror',
      '@lezer',
    ],
  },
  plugin: { imports: ['core'], packages: [] },
  // What makes a site of the documents, but for the build itself.
  site: { imports: [], packages: [] },
  sandbox: { imports: ['core'], packages: ['node:', 'fastify'] },
  // The proof that people can run: the server as a process of its own, clients, and the sandbox.
  verify: { imports: ['core', 'sandbox'], packages: ['node:'] },
  // What a person would write: the vendors' libraries, and nothing of ours.
  examples: {
    imports: [],
    packages: ['node:', '@segment/analytics-node', '@customerio/cdp-analytics-browser', 'react', 'react-dom'],
  },
}

/** Functions over the limit that stay whole, and why. */
export const EXCUSED_FUNCTIONS: Readonly<Record<string, string>> = {}

/** `server/log` of `server/log/sqlite.ts`, `server` of `server/app.ts`. */
export function roomOf(path: string): string {
  const [first = '', second = ''] = path.split('/')
  const inner = `${first}/${second}`
  return Object.hasOwn(ROOMS, inner) ? inner : first
}
