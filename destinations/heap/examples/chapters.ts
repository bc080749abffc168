import { activity, contextTraits, itemEvents } from './activity.ts'
import type { Chapter } from './example.ts'
import { guards, identity, links } from './identity.ts'
import { deletions, groups, partner, profiles } from './people.ts'
import { nestedData, reserved, values } from './values.ts'

/** Every example, in the order of the documentation. */
export const chapters: readonly Chapter[] = [
  identity,
  guards,
  links,
  activity,
  values,
  nestedData,
  itemEvents,
  profiles,
  reserved,
  contextTraits,
  groups,
  deletions,
  partner,
]
