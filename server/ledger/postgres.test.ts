import { after, describe } from 'node:test'
import { POSTGRES_MISSING, type ScratchPostgres, scratchPostgres } from '../../test/cluster/postgres.ts'
import { connectPostgres } from '../postgres/connect.ts'
import { ledgerConformance } from './ledger.conformance.ts'
import { postgresLedger } from './postgres.ts'

const server: ScratchPostgres | undefined = POSTGRES_MISSING === false ? await scratchPostgres() : undefined
after(() => server?.remove())

function connect(url: string) {
  return connectPostgres({ url, connections_max: 3, waitsForDisk: false, name: 'test' })
}

describe('PostgreSQL', { skip: POSTGRES_MISSING }, () => {
  ledgerConformance('the PostgreSQL ledger', () => {
    const url = server?.newUrl() ?? ''
    const open = () => postgresLedger(connect(url))
    return { open, openReader: open, durable: true, remove: () => dropSchema(url) }
  })
})

async function dropSchema(url: string): Promise<void> {
  const db = connect(url)
  await db.script(`drop schema ${db.schema} cascade`)
  await db.close()
}
