/** What a cluster consists of, as its costs are told apart. */
export const PARTS = ['ingest', 'delivery', 'indexer', 'admin', 'nats', 'postgres'] as const
export type Part = (typeof PARTS)[number]
