import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { LookUp } from '../config-file/references.ts'

/** Reads a variable of the environment. */
export type Environment = (name: string) => string | undefined

/** A secret is a line or a key; what is larger is another file. */
const FILE_BYTES_MAX = 65_536

/** Finds what a configuration file in `folder` refers to: variables, and files, whose one last line break is left out. */
export function lookUpIn(folder: string, environment: Environment): LookUp {
  return ({ kind, name }) => {
    switch (kind) {
      case 'env': {
        const text = environment(name)
        if (text !== undefined && text !== '') return { ok: true, text }
        return {
          ok: false,
          problem: `the environment variable ${name} is ${text === '' ? 'empty' : 'not set'}`,
        }
      }
      case 'file':
        return readSecretFile(resolve(folder, name))
    }
  }
}

function readSecretFile(path: string): ReturnType<LookUp> {
  try {
    if (statSync(path).size > FILE_BYTES_MAX) {
      return { ok: false, problem: `the file ${path} is over the limit of ${FILE_BYTES_MAX} bytes` }
    }
    const text = readFileSync(path, 'utf8').replace(/\r?\n$/, '')
    return text === '' ? { ok: false, problem: `the file ${path} is empty` } : { ok: true, text }
  } catch (cause) {
    return { ok: false, problem: `the file ${path} cannot be read: ${(cause as NodeJS.ErrnoException).code}` }
  }
}
