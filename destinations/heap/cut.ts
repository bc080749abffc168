/** "cut from 3,120 to 1,023 characters" */
export function cutWords(before: string, after: string): string {
  return `cut from ${grouped(before.length)} to ${grouped(after.length)} characters`
}

/** 3120 as "3,120". */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',')
}
