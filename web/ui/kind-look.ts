import type { SourceKind } from '../../core/configuration.ts'
import type { IconName } from './Icon.tsx'

/** What people call a kind of source, and the picture that stands for it. */
export const SOURCE_LOOKS: Readonly<Record<SourceKind, { readonly name: string; readonly icon: IconName }>> =
  {
    javascript: { name: 'JavaScript', icon: 'globe' },
    node: { name: 'Node', icon: 'server' },
    python: { name: 'Python', icon: 'server' },
    go: { name: 'Go', icon: 'server' },
    ios: { name: 'iOS', icon: 'phone' },
    android: { name: 'Android', icon: 'phone' },
    http: { name: 'HTTP', icon: 'terminal' },
    postgresql: { name: 'PostgreSQL', icon: 'server' },
    mysql: { name: 'MySQL', icon: 'server' },
  }
