import type { RedactHow, RedactPattern, RedactRule } from '../../core/redact/rule.ts'

/** A rule while somebody types it: texts, of which some say nothing as long as others stand there. */
export type RuleDraft = {
  readonly how: RedactHow
  /** A pattern, `regex`, or empty for everything that stands at the path. */
  readonly what: RedactPattern | 'regex' | ''
  readonly path: string
  readonly regex: string
  readonly isInNames: boolean
  /** Digits. */
  readonly keepLast: string
}

export const NEW_DRAFT: RuleDraft = {
  ...{ how: 'mask', what: 'email', path: '', regex: '' },
  ...{ isInNames: false, keepLast: '' },
}

export function draftOf({ how, path, pattern, regex, keys, keepLast }: RedactRule): RuleDraft {
  return {
    how,
    what: pattern ?? (regex === undefined ? '' : 'regex'),
    path: path ?? '',
    regex: regex ?? '',
    isInNames: keys === true,
    keepLast: keepLast === undefined ? '' : String(keepLast),
  }
}

/** The rule that was typed so far, with what is wrong with it still in it: `ruleProblems` tells that. */
export function ruleOf({ how, what, path, regex, isInNames, keepLast }: RuleDraft): RedactRule {
  return {
    how,
    ...(path === '' ? {} : { path }),
    ...(what === '' ? {} : what === 'regex' ? { regex } : { pattern: what }),
    ...(isInNames && what !== '' ? { keys: true } : {}),
    ...(keepLast === '' || how !== 'mask' ? {} : { keepLast: Number(keepLast) }),
  }
}
