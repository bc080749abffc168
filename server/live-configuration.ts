import { type Configuration, type Source, writeKeysOf } from '../core/configuration.ts'
import { type Redact, redactionOf } from '../core/redact/redact.ts'
import { catalogue } from '../destinations/index.ts'
import { bundleFor } from '../plugin/which-bundle.ts'
import { type PageSource, pageSource } from './pages/settings-document.ts'
import { sourceJudges } from './tracking-plans/source-judges.ts'

/** The configuration as ingest and pages look things up in it; a change of it counts for the next request. */
export function liveConfiguration(first: Configuration, salt = '') {
  let current = first
  let sources = byWriteKey(first)
  let redactions = bySource(first, salt)
  let pages = pagesByWriteKey(first)
  const judges = sourceJudges(first)
  return {
    now: (): Configuration => current,
    sourceOf: (writeKey: string): Source | undefined => sources.get(writeKey),
    /** What is to be done with a source's events before they are kept; undefined: nothing. */
    redactionOf: (sourceId: string): Redact | undefined => redactions.get(sourceId),
    /** How a source's events are looked at by its tracking plan; undefined: it holds to none. */
    judgeOf: judges.of,
    pageSourceOf: (writeKey: string): PageSource | undefined => pages.get(writeKey),
    /** Whether a page needs one of our scripts. */
    needsPlugin: () => [...pages.values()].some(({ scripts }) => scripts.length > 0),
    set(configuration: Configuration): void {
      sources = byWriteKey(configuration)
      redactions = bySource(configuration, salt)
      judges.set(configuration)
      pages = pagesByWriteKey(configuration)
      // Last: what could not be followed is not what runs, and is tried again.
      current = configuration
    },
  }
}
export type LiveConfiguration = ReturnType<typeof liveConfiguration>

function byWriteKey({ sources }: Configuration): ReadonlyMap<string, Source> {
  return new Map(sources.flatMap((source) => writeKeysOf(source).map((key) => [key, source] as const)))
}

/** Ingest knows a disabled key, to say that it is; a page with one loads nothing. */
function enabledKeysOf(source: Source): readonly string[] {
  return writeKeysOf(source).filter((key) => source.disabledWriteKeys?.includes(key) !== true)
}

function bySource({ sources }: Configuration, salt: string): ReadonlyMap<string, Redact> {
  return new Map(
    sources.flatMap(({ id, redact }) => {
      const compiled = redactionOf(redact, salt)
      return compiled === undefined ? [] : [[id, compiled] as const]
    }),
  )
}

/** A page that still has an older key goes on with it. */
function pagesByWriteKey(configuration: Configuration): ReadonlyMap<string, PageSource> {
  const javascript = configuration.sources.filter(({ kind }) => kind === 'javascript')
  return new Map(
    javascript.flatMap((source) =>
      enabledKeysOf(source).map(
        (writeKey) =>
          [writeKey, pageSource({ ...source, writeKey }, configuration, { catalogue, bundleFor })] as const,
      ),
    ),
  )
}
