import { first, ifDirective, lookup } from './choices.ts'
import type { Directive } from './directive.ts'
import { hash } from './hash.ts'
import { liquid } from './liquid.ts'
import { arrayPath, transform } from './nested.ts'
import { literal, path, template } from './paths.ts'
import { excludeWhenNull, flatten, json, merge, omit, pick } from './shapes.ts'
import { caseDirective, concat, lower, replace, trim, upper } from './texts.ts'
import { boolean, datetime, number, string } from './types.ts'

/** Every directive, in the order of docs/mappings.md. */
export const DIRECTIVES: Readonly<Record<string, Directive>> = {
  '@path': path,
  '@template': template,
  '@literal': literal,
  '@if': ifDirective,
  '@case': caseDirective,
  '@replace': replace,
  '@arrayPath': arrayPath,
  '@flatten': flatten,
  '@json': json,
  '@merge': merge,
  '@transform': transform,
  '@excludeWhenNull': excludeWhenNull,
  '@liquid': liquid,
  '@first': first,
  '@lookup': lookup,
  '@concat': concat,
  '@lower': lower,
  '@upper': upper,
  '@trim': trim,
  '@hash': hash,
  '@number': number,
  '@string': string,
  '@boolean': boolean,
  '@datetime': datetime,
  '@omit': omit,
  '@pick': pick,
}
