import type { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { isEmptied } from '../sqlite/erase.ts'
import { transaction } from '../sqlite/migrate.ts'
import type { EventLog } from './log.ts'

type Aside = { readonly chunk: number; readonly text: string | Uint8Array }

/** What takes something out of chunks that stay where they are. */
export function sqliteErase(db: DatabaseSync): Pick<EventLog, 'rewrite' | 'clearDamaged' | 'compact'> {
  const rewrite = db.prepare('update chunk set text = ?, crc = ? where chunk = ?')
  const aside = db.prepare('select chunk, text from damaged')
  const clear = db.prepare("update damaged set text = '' where chunk = ?")
  return {
    async rewrite(chunk, text) {
      return rewrite.run(text, crc32(text), chunk).changes > 0
    },
    async clearDamaged(isWanted) {
      const found = (aside.all() as Aside[]).filter(({ text }) =>
        isWanted(typeof text === 'string' ? text : Buffer.from(text).toString()),
      )
      transaction(db, () => {
        for (const { chunk } of found) clear.run(chunk)
      })
      return found.length
    },
    compact: async () => isEmptied(db.prepare('pragma wal_checkpoint(truncate)').get()),
  }
}
