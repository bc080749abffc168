/**
 * What a dead letter holds, in SQL: its texts, its bodies as they are stored, and about 300 for the row. The lengths stand
 * in a row's beginning, so the bodies themselves are not read. `octet_length` is the same for a text and for what is
 * compressed. It is part of a migration: a file's triggers have it as it was.
 */
export const DEAD_LETTER_BYTES = (row: string) =>
  `(300 + octet_length(${row}.text) + coalesce(octet_length(${row}.request_url), 0)
    + coalesce(octet_length(${row}.request_body), 0) + coalesce(octet_length(${row}.response_body), 0))`
