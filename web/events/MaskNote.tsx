import type { ReactElement } from 'react'
import { useSeesPersonal } from '../api/use-may.ts'
import { Icon } from '../ui/Icon.tsx'

/** Where values that tell of persons are masked: what the dots are, and who can change it. */
export function MaskNote(): ReactElement | null {
  if (useSeesPersonal()) return null
  return (
    <p className="mb-3 flex max-w-3xl items-start gap-2 text-sm text-muted">
      <Icon name="eye-off" className="mt-0.5" />
      <span>
        Values that tell of persons are shown to you as •••, and cannot be searched for. An admin can let you
        see them.
      </span>
    </p>
  )
}
