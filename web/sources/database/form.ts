import type { SqlKind } from '../../../core/sql/settings.ts'
import type { Draft } from './draft.ts'

/** What each part of the form gets. */
export type FormPart = {
  readonly kind: SqlKind
  readonly draft: Draft
  readonly change: (change: Partial<Draft>) => void
  /** What is wrong at a place, once it is to be told. */
  readonly problem: (at: string) => string | undefined
}
