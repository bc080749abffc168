import type { ID_KINDS } from '../../../core/persons/person.ts'

export type IdKind = (typeof ID_KINDS)[number]
export type Asked = { readonly kind: IdKind; readonly id: string }

export const KIND_CHOICES = [
  { value: 'userId', label: 'User id' },
  { value: 'anonymousId', label: 'Anonymous id' },
  { value: 'email', label: 'E-mail address' },
] as const

/** As the API takes it. */
export function personOf({ kind, id }: Asked) {
  switch (kind) {
    case 'userId':
      return { userId: id }
    case 'anonymousId':
      return { anonymousId: id }
    case 'email':
      return { email: id }
  }
}
