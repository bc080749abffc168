import type { Configuration, Instance } from '../configuration.ts'

/** An instance with the transformations of its sources, by the source's id: all that running it needs. */
export type ConnectedInstance = Instance & { readonly sourceTransforms?: Readonly<Record<string, string>> }

/** The instances as they are run. One whose sources have no transformation is as it was. */
export function connectedInstances({
  sources,
  instances,
}: Pick<Configuration, 'sources' | 'instances'>): readonly ConnectedInstance[] {
  const texts = new Map(
    sources.flatMap(({ id, transform }) => (transform === undefined ? [] : [[id, transform] as const])),
  )
  if (texts.size === 0) return instances
  return instances.map((instance) => {
    const own = instance.sources.flatMap((id) => {
      const text = texts.get(id)
      return text === undefined ? [] : [[id, text] as const]
    })
    return own.length === 0 ? instance : { ...instance, sourceTransforms: Object.fromEntries(own) }
  })
}
