// What the contract is written with. The build makes one file of it, without the three quarters of the package that nothing here
// uses: seven hundred files would be read at each start. scripts/bundle-packages.mjs
import * as typebox from 'typebox'

export const Type = {
  Array: typebox.Array,
  Boolean: typebox.Boolean,
  Integer: typebox.Integer,
  Literal: typebox.Literal,
  Null: typebox.Null,
  Number: typebox.Number,
  Object: typebox.Object,
  Optional: typebox.Optional,
  Record: typebox.Record,
  String: typebox.String,
  Union: typebox.Union,
  Unsafe: typebox.Unsafe,
} as const
