import { checksOf, type TransformChecks } from '../../core/transform/check.ts'
import type { Transforms } from '../../core/transform/transform.ts'

/** Finds mistakes in transformations. The engine is loaded when the first text comes, once. */
export function transformChecks(load: () => Promise<Transforms> = quickjs): () => Promise<TransformChecks> {
  let loading: Promise<TransformChecks> | undefined
  return () => {
    loading ??= load().then(checksOf)
    return loading
  }
}

/** Most servers have no transformation: they are begun without it. */
async function quickjs(): Promise<Transforms> {
  const { quickjsTransforms } = await import('./quickjs.ts')
  return quickjsTransforms()
}
