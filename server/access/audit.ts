export type { Audit, AuditNote } from '../admin/audit-note.ts'
