/**
 * What an argument, or a named part of one, must be.
 * - `value`: a fixed value or a directive. `object`: one that is an object. `values`: a list of values.
 * - `computed`: a text, or a directive that gives one. `text`, `flag`: fixed. A list of texts: one of these.
 * - An object: named parts; `name?` may be left out.
 */
export type SimpleKind =
  | 'value'
  | 'object'
  | 'values'
  | 'computed'
  | 'text'
  | 'flag'
  | 'pattern'
  | 'replacement'
  | 'keys'
  | 'table'
  | 'liquid'
  | 'arrayPath'
  | 'concat'
export type Kind = SimpleKind | readonly string[] | Parts
export type Parts = { readonly [name: string]: Kind }

/** What each directive takes, in the order of docs/mappings.md. An editor's forms come from it too. */
export const ARGUMENTS: Readonly<Record<string, Kind>> = {
  '@path': 'computed',
  '@template': 'computed',
  '@literal': 'value',
  '@if': { 'exists?': 'value', 'blank?': 'value', 'then?': 'value', 'else?': 'value' },
  '@case': { operator: ['lower', 'upper'], value: 'value' },
  '@replace': {
    value: 'value',
    pattern: 'pattern',
    'replacement?': 'replacement',
    'ignorecase?': 'flag',
    'global?': 'flag',
    'pattern2?': 'replacement',
    'replacement2?': 'replacement',
  },
  '@arrayPath': 'arrayPath',
  '@flatten': { value: 'value', 'separator?': 'text', 'omitArrays?': 'flag' },
  '@json': { mode: ['encode', 'decode'], value: 'value' },
  '@merge': { objects: 'values', 'direction?': ['right', 'left'] },
  '@transform': { apply: 'object', mapping: 'value' },
  '@excludeWhenNull': 'value',
  '@liquid': 'liquid',
  '@first': 'values',
  '@lookup': { value: 'value', table: 'table', 'default?': 'value' },
  '@concat': 'concat',
  '@lower': 'value',
  '@upper': 'value',
  '@trim': 'value',
  '@hash': 'value',
  '@number': 'value',
  '@string': 'value',
  '@boolean': 'value',
  '@datetime': 'value',
  '@omit': { value: 'value', keys: 'keys' },
  '@pick': { value: 'value', keys: 'keys' },
}
