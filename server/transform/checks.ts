import { checksOf, type TransformChecks } from '../../core/transform/check.ts'
import type { Transforms } from '../../core/transform/transform.ts'
import { quickjsTransforms } from './quickjs.ts'

/** Finds mistakes in transformations. The engine is loaded when the first text comes, once. */
export function transformChecks(
  load: () => Promise<Transforms> = quickjsTransforms,
): () => Promise<TransformChecks> {
  let loading: Promise<TransformChecks> | undefined
  return () => {
    loading ??= load().then(checksOf)
    return loading
  }
}
