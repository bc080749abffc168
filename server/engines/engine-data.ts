/**
 * Where what processes share is kept: files of one process, or servers that several reach. It crosses to threads, which open
 * connections of their own.
 */
export type EngineData =
  | {
      readonly kind: 'embedded'
      readonly logFile: string
      readonly ledgerFile: string
      readonly storeFile: string
      readonly accessFile: string
    }
  | {
      readonly kind: 'cluster'
      /** Addresses of the NATS servers that have the log. */
      readonly nats: readonly string[]
      /** The database of store, ledger and access, as a URL. */
      readonly postgres: string
    }
type Files = Extract<EngineData, { kind: 'embedded' }>

export function embeddedEngine({ logFile, ledgerFile, storeFile, accessFile }: Omit<Files, 'kind'>): Files {
  return { kind: 'embedded', logFile, ledgerFile, storeFile, accessFile }
}
