import type { Configuration, Instance, Source } from '../configuration.ts'

/** An instance with the transformations of its sources, by the source's id: all that running it needs. */
export type ConnectedInstance = Instance & {
  readonly sourceTransforms?: Readonly<Record<string, string>>
  /** Secrets that it had before: what repeats them must not show them either. */
  readonly formerSecrets?: readonly string[]
}

/** The instances as they are run. One whose sources have no transformation is as it was. */
export function connectedInstances({
  sources,
  instances,
}: Pick<Configuration, 'sources' | 'instances'>): readonly ConnectedInstance[] {
  return instances.map((instance) => {
    const own = sources.filter(({ id }) => instance.sources.includes(id))
    return withSourceTransforms(instance, own)
  })
}

/** An instance as it would be run for these sources, whether it is connected to them or not. */
export function withSourceTransforms(instance: Instance, sources: readonly Source[]): ConnectedInstance {
  const texts = sources.flatMap(({ id, transform }) =>
    transform === undefined ? [] : [[id, transform] as const],
  )
  return texts.length === 0 ? instance : { ...instance, sourceTransforms: Object.fromEntries(texts) }
}

/** Whether there is anything to run, of its sources or of its actions. */
export function hasTransforms({
  sourceTransforms,
  subscriptions,
}: Pick<ConnectedInstance, 'sourceTransforms' | 'subscriptions'>): boolean {
  return sourceTransforms !== undefined || subscriptions.some(({ transform }) => transform !== undefined)
}
