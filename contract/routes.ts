import { alertRoutes } from './alerts.ts'
import { catalogueRoutes } from './catalogue.ts'
import { configurationRoutes } from './configuration.ts'
import { eventRoutes } from './events.ts'
import { historyRoutes } from './history.ts'
import { personRoutes } from './persons.ts'
import { redactionRoutes } from './redaction.ts'
import { replayRoutes } from './replay.ts'
import { statusRoutes } from './status.ts'

/** Every route of the admin API. */
export const ROUTES = {
  ...configurationRoutes,
  ...catalogueRoutes,
  ...eventRoutes,
  ...historyRoutes,
  ...replayRoutes,
  ...personRoutes,
  ...redactionRoutes,
  ...alertRoutes,
  ...statusRoutes,
} as const
export type Routes = typeof ROUTES
