import type { Verb } from './verb.ts'
import { actionVerbs } from './verbs/actions.ts'
import { changeVerbs } from './verbs/changes.ts'
import { databaseVerbs } from './verbs/databases.ts'
import { deadLetterVerbs } from './verbs/dead-letters.ts'
import { deliveryVerbs } from './verbs/deliveries.ts'
import { destinationVerbs } from './verbs/destinations.ts'
import { eventVerbs } from './verbs/events.ts'
import { loginVerbs } from './verbs/login.ts'
import { peopleVerbs } from './verbs/people.ts'
import { serverVerbs } from './verbs/server.ts'
import { sourceVerbs } from './verbs/sources.ts'
import { tailVerbs } from './verbs/tail.ts'
import { tokenVerbs } from './verbs/tokens.ts'
import { traceVerbs } from './verbs/trace.ts'
import { trackingPlanVerbs } from './verbs/tracking-plans.ts'

/** Everything that the command line does over the admin API, in the order in which help shows it. */
export const VERBS: readonly Verb[] = [
  ...loginVerbs,
  ...serverVerbs,
  ...sourceVerbs,
  ...trackingPlanVerbs,
  ...databaseVerbs,
  ...destinationVerbs,
  ...actionVerbs,
  ...changeVerbs,
  ...eventVerbs,
  ...tailVerbs,
  ...traceVerbs,
  ...deliveryVerbs,
  ...deadLetterVerbs,
  ...peopleVerbs,
  ...tokenVerbs,
]
