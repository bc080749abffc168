import type { FindingKind } from '../../core/tracking-plan/finding.ts'

/** What people call what was found. */
export const FINDING_WORDS: Readonly<Record<FindingKind, string>> = {
  'unplanned event': 'Unplanned event',
  violation: 'Violation',
  'unplanned property': 'Unplanned property',
}
