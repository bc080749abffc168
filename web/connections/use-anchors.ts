import { type RefObject, useLayoutEffect, useState } from 'react'
import type { Point } from './curve.ts'

export type Anchors = ReadonlyMap<string, { readonly left: Point; readonly right: Point }>

/**
 * Where the elements with `data-anchor` stand within a container: the middles of their left and right sides. Measured
 * again whenever the container changes its size or `key` says that others stand there.
 */
export function useAnchors(container: RefObject<HTMLElement | null>, key: string): Anchors {
  const [anchors, setAnchors] = useState<Anchors>(new Map())
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for what is measured.
  useLayoutEffect(() => {
    const element = container.current
    if (element === null) return
    const measure = () => setAnchors(measured(element))
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    for (const one of element.querySelectorAll('[data-anchor]')) observer.observe(one)
    measure()
    return () => observer.disconnect()
  }, [container, key])
  return anchors
}

function measured(container: HTMLElement): Anchors {
  const base = container.getBoundingClientRect()
  return new Map(
    [...container.querySelectorAll<HTMLElement>('[data-anchor]')].map((element) => {
      const { left, right, top, height } = element.getBoundingClientRect()
      const y = top + height / 2 - base.top
      return [
        element.dataset['anchor'] ?? '',
        { left: { x: left - base.left, y }, right: { x: right - base.left, y } },
      ]
    }),
  )
}
