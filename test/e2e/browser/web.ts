import { build } from 'esbuild'
import type { Page } from 'playwright-core'
import { type Snippets, snippets } from '../../../core/snippets.ts'
import { type Configured, type Millrace, makePlace, type Place, source, until } from '../server.ts'
import { launchChromium } from './chromium.ts'
import { type Front, type ReceivedEvent, type Site, startFront, startReceiver, startSite } from './front.ts'
import type { HeapCall } from './heap-stand-in.ts'

const ROOT = new URL('../../..', import.meta.url).pathname

export type Web = Awaited<ReturnType<typeof startWeb>>

/**
 * A server with a source for each name, whose events a receiver gets, with a proxy in front, a site, and a browser.
 * `more` are further destinations.
 */
export async function startWeb(names: readonly string[], more: (place: Place) => Configured['destinations']) {
  /** What is to be ended, the last first. */
  const ends: (() => Promise<void>)[] = []
  const end = async () => {
    for (const one of ends.splice(0).toReversed()) await one()
  }
  try {
    return await start()
  } catch (error) {
    await end()
    throw error
  }

  async function start() {
    const receiver = await startReceiver()
    ends.push(receiver.close)
    const place = await makePlace()
    ends.push(place.end)
    place.configure({
      sources: names.map((name) => source(name, 'javascript')),
      destinations: [
        ...names.map((name) => ({
          id: `hook-${name}`,
          name,
          kind: 'webhook',
          sources: [name],
          settings: { url: `${receiver.url}/${name}` },
        })),
        ...more(place),
      ],
    })
    const millrace: Millrace = await place.start()
    const front: Front = await startFront(millrace.url)
    ends.push(front.close)
    const site: Site = await startSite()
    ends.push(site.close)
    const browser = await launchChromium()
    ends.push(() => browser.close())

    return {
      place,
      millrace,
      front,
      site,
      snippetsFor: (name: string): Snippets => snippets({ host: front.url, writeKey: `${name}-key` }),
      /** A browser that nobody has used. */
      newContext: () => browser.newContext(),
      received: (name: string) => receiver.of(name),
      /** Waits for events of a source, in the order in which they came out of the log. */
      arrived(name: string, count: number): Promise<readonly ReceivedEvent[]> {
        const look = () => (receiver.of(name).length >= count ? receiver.of(name) : undefined)
        return until(`${count} events of ${name}`, look, () => JSON.stringify(receiver.of(name).map(titleOf)))
      },
      end,
    }
  }
}

/** `track Signed Up`, `page`. */
export function titleOf({ type, event }: ReceivedEvent): string {
  return event === undefined ? type : `${type} ${event}`
}

/** Runs code in a page and gives what it gives. */
export function inPage<Value>(page: Page, code: string): Promise<Value> {
  return page.evaluate(code) as Promise<Value>
}

/** What Heap's library was called with, once it has been called with a track of this name. */
export function heapCalls(page: Page, lastEvent: string): Promise<readonly HeapCall[]> {
  return until(`heap.track('${lastEvent}')`, async () => {
    const calls = await inPage<HeapCall[]>(page, 'window.heapCalls ?? []')
    return calls.some(([name, event]) => name === 'track' && event === lastEvent) ? calls : undefined
  })
}

/** A module as a site's own bundler makes it, as a script that stands in a page. */
export async function bundled(module: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: module, resolveDir: ROOT, loader: 'js' },
    bundle: true,
    minify: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  })
  return `<script>${(outputFiles[0]?.text ?? '').replaceAll('</script', '<\\/script')}</script>`
}
