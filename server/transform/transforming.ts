import type { EventEnvelope } from '../../core/event.ts'
import type { ConnectedInstance } from '../../core/transform/connected.ts'
import type { CompiledTransform, Transformed, Transforms } from '../../core/transform/transform.ts'
import type { Transformings } from '../../core/transform/transforming.ts'
import { quickjsTransforms } from './quickjs.ts'

/** One text is compiled once for all who run it, and that of a source runs once for an event. */
export function transformings(load: () => Promise<Transforms> = quickjsTransforms): Transformings {
  let engine: Promise<Transforms> | undefined
  const shared = new Map<string, SharedTransform>()

  function loaded(): Promise<Transforms> {
    engine ??= load()
    return engine
  }
  function share({ compile }: Transforms, text: string): SharedTransform {
    const known = shared.get(text)
    const one = known ?? { compiled: compile(text), made: new WeakMap(), users: 0 }
    if (known === undefined) shared.set(text, one)
    one.users += 1
    return one
  }
  function leave(text: string, one: SharedTransform): void {
    one.users -= 1
    if (one.users > 0) return
    shared.delete(text)
    one.compiled.dispose()
  }

  return {
    engine: loaded,
    async of(instance) {
      if (!hasTransforms(instance)) return undefined
      const transforms = await loaded()
      const used = new Map<string, SharedTransform>()
      function use(text: string): SharedTransform {
        const one = used.get(text) ?? share(transforms, text)
        used.set(text, one)
        return one
      }
      const { sourceTransforms = {} } = instance
      return {
        compile: (text) => use(text).compiled,
        ofSource(envelope) {
          const text = sourceTransforms[envelope.sourceId]
          return text === undefined ? undefined : runOnce(use(text), envelope)
        },
        end() {
          for (const [text, one] of used) leave(text, one)
          used.clear()
        },
      }
    },
  }
}

type SharedTransform = {
  readonly compiled: CompiledTransform
  /** By the envelope, which all readers of a chunk share. */
  readonly made: WeakMap<EventEnvelope, Transformed>
  users: number
}

function hasTransforms({ sourceTransforms, subscriptions }: ConnectedInstance): boolean {
  return sourceTransforms !== undefined || subscriptions.some(({ transform }) => transform !== undefined)
}

function runOnce({ compiled, made }: SharedTransform, envelope: EventEnvelope): Transformed {
  const known = made.get(envelope)
  if (known !== undefined) return known
  const one = compiled.run(envelope.event)
  made.set(envelope, one)
  return one
}
