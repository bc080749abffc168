import { fail } from './regex-parse.ts'

/** Of a compiled expression, in instructions: `{2,5}` repeats what it stands behind. */
const PROGRAM_MAX = 2_000

export type Test = (code: number) => boolean
export type Edge = 'start' | 'end' | 'word'
export type Node =
  | { readonly is: 'one'; readonly test: Test }
  | { readonly is: 'edge'; readonly edge: Edge }
  | { readonly is: 'all'; readonly nodes: readonly Node[] }
  | { readonly is: 'any'; readonly nodes: readonly Node[] }
  | { readonly is: 'repeat'; readonly node: Node; readonly min: number; readonly max: number }
export type Step =
  | { readonly do: 'test'; readonly test: Test }
  | { readonly do: 'edge'; readonly edge: Edge }
  | { readonly do: 'split'; readonly to: readonly number[] }
  | { readonly do: 'match' }

/** Each step goes on to the next one, but for a split, which goes to several. */
export function programOf(node: Node): readonly Step[] {
  const steps: Step[] = []
  function add(step: Step): number {
    if (steps.length >= PROGRAM_MAX) fail(0, 'is too large once its repetitions are written out')
    return steps.push(step) - 1
  }
  function write(one: Node): void {
    switch (one.is) {
      case 'one':
        add({ do: 'test', test: one.test })
        return
      case 'edge':
        add({ do: 'edge', edge: one.edge })
        return
      case 'all':
        for (const inner of one.nodes) write(inner)
        return
      case 'any': {
        const to: number[] = []
        const split = add({ do: 'split', to })
        const ends: number[][] = []
        for (const inner of one.nodes) {
          to.push(steps.length)
          write(inner)
          const end: number[] = []
          add({ do: 'split', to: end })
          ends.push(end)
        }
        for (const end of ends) end.push(steps.length)
        steps[split] = { do: 'split', to }
        return
      }
      case 'repeat':
        repeat(one)
    }
  }
  function repeat({ node: inner, min, max }: Extract<Node, { is: 'repeat' }>): void {
    for (let count = 0; count < min; count++) write(inner)
    if (max === Infinity) {
      const to: number[] = []
      const split = add({ do: 'split', to })
      write(inner)
      add({ do: 'split', to: [split] })
      to.push(split + 1, steps.length)
      return
    }
    const outs: number[][] = []
    for (let count = min; count < max; count++) {
      const to: number[] = []
      const split = add({ do: 'split', to })
      to.push(split + 1)
      outs.push(to)
      write(inner)
    }
    for (const to of outs) to.push(steps.length)
  }
  write(node)
  add({ do: 'match' })
  return steps
}
