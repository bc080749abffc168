import type { Post } from './load.ts'
import { makePosts } from './load.ts'

const POSTS = 200
/** What a messageId of `makeEvents` begins with; the number after it is written over. */
const MARK = Buffer.from('"messageId":"bench-')
const DIGITS = 12

/**
 * Batches without end, each event under an id of its own: a few hundred made ones whose ids are written over, so that making them costs
 * next to nothing. A body holds until the same one comes again, 200 later.
 */
export function* endlessPosts(size: number): Generator<Post> {
  // The first number has as many digits as the last will need.
  const posts = makePosts(POSTS * size, size, 10 ** (DIGITS - 1))
  const places = posts.map(({ body }) => placesOf(body))
  let number = 2 * 10 ** (DIGITS - 1)
  for (;;) {
    for (const [at, post] of posts.entries()) {
      for (const place of places[at] as readonly number[]) post.body.write(String(number++), place, 'latin1')
      yield post
    }
  }
}

function placesOf(body: Buffer): readonly number[] {
  const places: number[] = []
  for (let at = body.indexOf(MARK); at >= 0; at = body.indexOf(MARK, at + 1)) places.push(at + MARK.length)
  return places
}
