import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The forms in which a secret could stand in bytes: as it is, in JSON, in addresses and forms, and in base64. */
export function needlesOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  const base64 = [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before, 'x'), bytes]).toString('base64')
    // Neighbours decide about the characters at both ends.
    const middle = text.slice(before === 0 ? 0 : before + 1, Math.floor(((before + bytes.length) * 8) / 6))
    return [middle, middle.replaceAll('+', '-').replaceAll('/', '_')]
  })
  const percent = encodeURIComponent(secret)
  const inForm = new URLSearchParams({ x: secret }).toString().slice(2)
  return [secret, JSON.stringify(secret).slice(1, -1), percent, percent.toLowerCase(), inForm, ...base64]
}

/** `where: NAME` for each secret, by its name, that stands somewhere in a text or in bytes. */
export function foundIn(
  where: string,
  bytes: Buffer | string,
  secrets: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.entries(secrets)
    .filter(([, secret]) => needlesOf(secret).some((needle) => bytes.includes(needle)))
    .map(([name]) => `${where}: ${name}`)
}

/** The same of all files of a folder but those that are named. */
export function foundInFolder(
  folder: string,
  secrets: Readonly<Record<string, string>>,
  but: readonly string[] = [],
): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !but.includes(name) && statSync(join(folder, name)).isFile())
    .flatMap((name) => foundIn(name, readFileSync(join(folder, name)), secrets))
}
