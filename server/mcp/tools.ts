import { changeTools } from './change-tools.ts'
import { eventTools } from './event-tools.ts'
import { historyTools } from './history-tools.ts'
import { lookTools } from './look-tools.ts'
import { sendTools } from './send-tools.ts'
import type { Tool } from './tool.ts'

/** All that agents can do over the admin API, in the order in which they are told of it. */
export const TOOLS: readonly Tool[] = [
  ...lookTools,
  ...eventTools,
  ...historyTools,
  ...changeTools,
  ...sendTools,
]
