// NULL for a JSON column; `null` alone would be the JSON value.
import { Prisma } from './generated/client'

export const DbNull = Prisma.DbNull
