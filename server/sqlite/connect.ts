import { DatabaseSync, type DatabaseSyncOptions } from 'node:sqlite'

/** Opens a SQLite file. Passed in, so that a simulation can say what its disk keeps and when it fails. */
export type Connect = (path: string, options?: DatabaseSyncOptions) => DatabaseSync

export const connectFile: Connect = (path, options = {}) => new DatabaseSync(path, options)
