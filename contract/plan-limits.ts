/** How many real events a plan tries at most. */
export const PLAN_EVENTS_MAX = 1_000
/** How many of them it shows of each action. */
export const PLAN_SAMPLES_MAX = 5
