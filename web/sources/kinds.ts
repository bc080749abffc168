import type { SourceKind } from '../../core/configuration.ts'

/** What people call a kind of source. */
export const KIND_NAMES: Readonly<Record<SourceKind, string>> = {
  javascript: 'JavaScript',
  node: 'Node',
  python: 'Python',
  go: 'Go',
  ios: 'iOS',
  android: 'Android',
  http: 'HTTP',
}
