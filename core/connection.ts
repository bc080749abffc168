import type { Configuration, Source } from './configuration.ts'
import type { Destination } from './destination.ts'
import { AppError } from './errors.ts'

/**
 * Why this source cannot be connected to this destination, as one would say of the source; undefined when it can.
 * A web destination lives in the page, so only the library that runs in a page can bring events to it.
 */
export function connectionProblem(
  { kind }: Pick<Source, 'kind'>,
  { mode, name }: Pick<Destination, 'mode' | 'name'>,
): string | undefined {
  if (mode === 'cloud' || kind === 'javascript') return undefined
  return `is a source of kind ${kind}; ${name} (Web) sends from the page itself, so only javascript sources can be connected`
}

/**
 * For a configuration that did not come through the reader of files, such as one that was stored.
 *
 * @throws {AppError} CONNECTION_INVALID for the first connection that cannot be.
 */
export function checkConnections(
  { sources, instances }: Configuration,
  catalogue: ReadonlyMap<string, Destination>,
): void {
  const byId = new Map(sources.map((source) => [source.id, source]))
  for (const { id, kind, sources: connected } of instances) {
    const destination = catalogue.get(kind)
    for (const sourceId of connected) {
      const source = byId.get(sourceId)
      const problem = source && destination && connectionProblem(source, destination)
      if (problem !== undefined) {
        throw new AppError('CONNECTION_INVALID', { destination: id, source: sourceId, problem })
      }
    }
  }
}
