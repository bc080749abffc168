import type { Configuration } from '../../core/configuration.ts'
import { changesBetween } from './changes.ts'
import { storable } from './storable.ts'
import type { Store } from './store.ts'

/**
 * For tests and for a server that gets all of its configuration from a file: forgets everything at exit. Keeps JSON
 * text, so that nobody can change what is stored by changing what was read.
 */
export function memoryStore(): Store {
  let stored = JSON.stringify({ sources: [], instances: [] } satisfies Configuration)
  return {
    async read() {
      return parse(stored)
    },
    async apply(configuration) {
      const next = storable(configuration)
      const changes = changesBetween(parse(stored), next)
      stored = JSON.stringify(next)
      return changes
    },
    async close() {},
  }
}

function parse(text: string): Configuration {
  return JSON.parse(text) as Configuration
}
