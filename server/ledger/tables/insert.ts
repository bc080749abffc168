export function insertInto(table: string, columns: readonly string[]): string {
  const values = columns.map((column) => `:${column}`)
  return `insert into ${table} (${columns.join(', ')}) values (${values.join(', ')})`
}
