import { type RedactRule, ruleText } from '../../core/redact/rule.ts'

/** What people want most often, one press away. */
export const RULE_PRESETS: readonly { readonly label: string; readonly rule: RedactRule }[] = [
  { label: 'Mask e-mail addresses', rule: { pattern: 'email', how: 'mask' } },
  { label: 'Mask card numbers', rule: { pattern: 'card', how: 'mask', keepLast: 4 } },
  { label: 'Mask phone numbers', rule: { pattern: 'phone', how: 'mask' } },
  { label: 'Drop the IP address', rule: { path: 'context.ip', how: 'drop' } },
  { label: 'Drop passwords', rule: { path: '**.password', how: 'drop' } },
  { label: 'Hash user ids', rule: { path: 'userId', how: 'hash' } },
]

/** The presets that are not among the rules yet. */
export function presetsLeft(rules: readonly RedactRule[]) {
  const known = new Set(rules.map(ruleText))
  return RULE_PRESETS.filter(({ rule }) => !known.has(ruleText(rule)))
}

/** The rule one place up or down. */
export function moved(rules: readonly RedactRule[], from: number, by: 1 | -1): readonly RedactRule[] {
  const rule = rules[from]
  const to = from + by
  if (rule === undefined || to < 0 || to >= rules.length) return rules
  return rules.toSpliced(from, 1).toSpliced(to, 0, rule)
}
