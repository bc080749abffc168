import type { EventEnvelope } from '../../core/event.ts'
import type { ConnectedInstance } from '../../core/transform/connected.ts'
import type { CompiledTransform, Transformed, Transforms } from '../../core/transform/transform.ts'
import type { Transformings } from '../../core/transform/transforming.ts'
import { quickjsTransforms } from './quickjs.ts'

/** A source's transformation is compiled once for all instances that are connected to it, and runs once for an event. */
export function transformings(load: () => Promise<Transforms> = quickjsTransforms): Transformings {
  let engine: Promise<Transforms> | undefined
  const shared = new Map<string, SharedTransform>()

  function share(transforms: Transforms, text: string): SharedTransform {
    const known = shared.get(text)
    if (known !== undefined) {
      known.users += 1
      return known
    }
    const one = { compiled: transforms.compile(text), made: new WeakMap(), users: 1 }
    shared.set(text, one)
    return one
  }
  function leave(text: string, one: SharedTransform): void {
    one.users -= 1
    if (one.users > 0) return
    shared.delete(text)
    one.compiled.dispose()
  }

  function loaded(): Promise<Transforms> {
    engine ??= load()
    return engine
  }

  return {
    engine: loaded,
    async of(instance) {
      if (!hasTransforms(instance)) return undefined
      const transforms = await loaded()
      const ofSources = new Map<string, readonly [text: string, SharedTransform]>()
      for (const [id, text] of Object.entries(instance.sourceTransforms ?? {})) {
        ofSources.set(id, [text, share(transforms, text)])
      }
      return {
        ...transforms,
        ofSource: (envelope) => once(ofSources.get(envelope.sourceId)?.[1], envelope),
        end() {
          for (const [text, one] of ofSources.values()) leave(text, one)
        },
      }
    },
  }
}

type SharedTransform = {
  readonly compiled: CompiledTransform
  /** By the envelope that all readers of a chunk share. */
  readonly made: WeakMap<EventEnvelope, Transformed>
  users: number
}

function hasTransforms({ sourceTransforms, subscriptions }: ConnectedInstance): boolean {
  return sourceTransforms !== undefined || subscriptions.some(({ transform }) => transform !== undefined)
}

function once(one: SharedTransform | undefined, envelope: EventEnvelope): Transformed | undefined {
  if (one === undefined) return undefined
  let made = one.made.get(envelope)
  if (made === undefined) {
    made = one.compiled.run(envelope.event)
    one.made.set(envelope, made)
  }
  return made
}
