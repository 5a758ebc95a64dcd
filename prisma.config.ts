import { defineConfig } from 'prisma/config'

// For Prisma's own command where it can be used: it reads the database from DATABASE_URL. Berth itself migrates through lib/db/migrate.ts.
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(process.env.DATABASE_URL ? { datasource: { url: process.env.DATABASE_URL } } : {}),
})
