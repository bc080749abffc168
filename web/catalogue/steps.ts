export const STEPS = ['sources', 'settings', 'actions', 'enable'] as const
export type Step = (typeof STEPS)[number]
export const STEP_NAMES: Readonly<Record<Step, string>> = {
  sources: 'Sources',
  settings: 'Settings',
  actions: 'Actions',
  enable: 'Enable',
}

export function readStep(text: string | undefined): Step {
  return STEPS.find((step) => step === text) ?? 'sources'
}

export function stepAfter(step: Step): Step | undefined {
  return STEPS[STEPS.indexOf(step) + 1]
}

export function stepBefore(step: Step): Step | undefined {
  return STEPS[STEPS.indexOf(step) - 1]
}
