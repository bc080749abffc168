// Gives the secrets of a file another key, again and again, until it is killed. Tells how often it has.
import { rotateKeys } from '../../server/store/rotate.ts'

const [storeFile = '', path = ''] = process.argv.slice(2)
for (let round = 1; ; round++) {
  rotateKeys({
    storeFile,
    key: { kind: 'file', path, mayMake: false },
    reencrypt: round % 2 === 0,
    now_ms: Date.now(),
  })
  process.stdout.write(`${round}\n`)
}
