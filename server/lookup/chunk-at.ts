import type { Chunk, LogReader } from '../log/log.ts'

/**
 * The chunk of this number, while the log has it. Read forwards, as a stream of NATS is: to ask it for the newest before a number takes
 * four to five questions for each chunk.
 */
export async function chunkAt(log: Pick<LogReader, 'after'>, number: number): Promise<Chunk | undefined> {
  const [chunk] = await log.after(number - 1, { count_max: 1, bytes_max: 1 })
  return chunk?.chunk === number ? chunk : undefined
}
