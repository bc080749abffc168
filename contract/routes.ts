import { alertRoutes } from './alerts.ts'
import { auditRoutes } from './audit.ts'
import { catalogueRoutes } from './catalogue.ts'
import { configurationRoutes } from './configuration.ts'
import { configurationFileRoutes } from './configuration-files.ts'
import { eventRoutes } from './events.ts'
import { historyRoutes } from './history.ts'
import { peopleRoutes } from './people.ts'
import { personRoutes } from './persons.ts'
import { redactionRoutes } from './redaction.ts'
import { replayRoutes } from './replay.ts'
import { sqlRoutes } from './sql.ts'
import { statusRoutes } from './status.ts'
import { tokenRoutes } from './tokens.ts'
import { trackingPlanRoutes } from './tracking-plans.ts'
import { transformRoutes } from './transforms.ts'

/** Every route of the admin API. */
export const ROUTES = {
  ...configurationRoutes,
  ...configurationFileRoutes,
  ...catalogueRoutes,
  ...eventRoutes,
  ...historyRoutes,
  ...replayRoutes,
  ...personRoutes,
  ...redactionRoutes,
  ...transformRoutes,
  ...trackingPlanRoutes,
  ...sqlRoutes,
  ...alertRoutes,
  ...statusRoutes,
  ...peopleRoutes,
  ...tokenRoutes,
  ...auditRoutes,
} as const
export type Routes = typeof ROUTES
