import { ruleProblems } from '../../core/redact/check.ts'
import { type RedactRule, RULES_MAX } from '../../core/redact/rule.ts'
import type { Path } from './problem.ts'
import { type Reader, readList } from './reader.ts'

/** The redaction rules of a source or a destination; what is wrong is told with its place. None are none at all. */
export function readRedact(
  reader: Reader,
  at: Path,
  value: unknown,
): { readonly redact?: readonly RedactRule[] } {
  const rules = readList(reader, at, value, RULES_MAX)
  const problems = ruleProblems(rules)
  for (const problem of problems) reader.report([...at, ...problem.at], problem.problem)
  return problems.length > 0 || rules.length === 0 ? {} : { redact: rules as readonly RedactRule[] }
}
