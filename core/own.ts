import type { Json } from './event.ts'

/** The value of a property that the object itself holds; nothing that it inherits, and nothing of a text. */
export function own(value: unknown, key: string): Json | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return (value as Record<string, Json>)[key]
}

/** Sets a property whatever its name: a plain assignment to `__proto__` would change the prototype instead. */
export function setOwn<T>(object: Record<string, T>, key: string, value: NoInfer<T>): void {
  if (key !== '__proto__') object[key] = value
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
}
