import type { Chunk, LogReader } from '../log/log.ts'

/**
 * The chunk of this number, while the log has it. Read forwards, as a stream of NATS is: 0.4 ms on a server of its own, where the
 * newest before a number takes 1.1, as it is looked for from further back.
 */
export async function chunkAt(log: Pick<LogReader, 'after'>, number: number): Promise<Chunk | undefined> {
  const [chunk] = await log.after(number - 1, { count_max: 1, bytes_max: 1 })
  return chunk?.chunk === number ? chunk : undefined
}
