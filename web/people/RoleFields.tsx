import type { ReactElement } from 'react'
import { ROLES, type Role } from '../../contract/roles.ts'
import { Checkbox } from '../ui/Checkbox.tsx'
import { Field } from '../ui/Field.tsx'
import { Select } from '../ui/Select.tsx'

export type Rights = { readonly role: Role; readonly personal: boolean }
type Props = {
  readonly rights: Rights
  readonly onChange: (rights: Rights) => void
  /** Why they cannot be changed. */
  readonly fixed?: string | undefined
}

const LABELS: Readonly<Record<Role, string>> = {
  viewer: 'Viewer: sees what happens',
  editor: 'Editor: changes sources, destinations, actions and alerts',
  admin: 'Admin: everything, and manages people',
}

/** What somebody may do, and may see. */
export function RoleFields({ rights, onChange, fixed }: Props): ReactElement {
  const { role, personal } = rights
  const seesAnyway = role !== 'viewer'
  return (
    <>
      <Field label="Role" help={fixed}>
        {(ids) => (
          <Select
            {...ids}
            className="w-full"
            disabled={fixed !== undefined}
            value={role}
            choices={ROLES.map((one) => ({ value: one, label: LABELS[one] }))}
            onChoice={(value) => onChange({ ...rights, role: value as Role })}
          />
        )}
      </Field>
      <Checkbox
        isChecked={seesAnyway || personal}
        isDisabled={fixed !== undefined || seesAnyway}
        onChange={(isOn) => onChange({ ...rights, personal: isOn })}
        label="Sees what events say about persons"
        help={
          seesAnyway
            ? 'Editors and admins do: they decide where events go.'
            : 'Else a viewer sees such values as •••, and cannot search for them.'
        }
      />
    </>
  )
}
