import type { Logger } from 'pino'
import type { FindingStore } from './store/plan-findings.ts'
import { type FindingsBook, findingsBook } from './tracking-plans/findings-book.ts'

const TROUBLE = 'What tracking plans found could not be counted'

/** What is not as tracking plans have it, counted while the server runs. */
export function countedFindings(store: FindingStore, logger: Logger): FindingsBook {
  return findingsBook({
    store,
    later(ms, work) {
      const timer = setTimeout(work, ms)
      timer.unref()
      return { cancel: () => clearTimeout(timer) }
    },
    onTrouble: (error) => logger.error({ err: error }, TROUBLE),
  })
}
