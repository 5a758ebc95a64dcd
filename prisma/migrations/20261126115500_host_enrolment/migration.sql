-- AlterTable
ALTER TABLE "Agent" ADD COLUMN     "serverCertEndsAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "HostAuthority" (
    "id" TEXT NOT NULL DEFAULT 'this',
    "caPem" TEXT NOT NULL,
    "caKeySealed" TEXT NOT NULL,
    "certPem" TEXT NOT NULL,
    "keySealed" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "renewedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "HostAuthority_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "HostEnrolment" (
    "id" TEXT NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "groups" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "address" TEXT,
    "port" INTEGER NOT NULL DEFAULT 2376,
    "createdById" TEXT,
    "createdByName" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "revokedAt" TIMESTAMPTZ(3),
    "claimedAt" TIMESTAMPTZ(3),
    "publicKey" TEXT,
    "certEndsAt" TIMESTAMPTZ(3),
    "registeredAt" TIMESTAMPTZ(3),
    "heardAt" TIMESTAMPTZ(3),
    "problem" TEXT,
    "hint" TEXT,
    "agentId" TEXT,

    CONSTRAINT "HostEnrolment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PortalAddress" (
    "address" TEXT NOT NULL,
    "seenAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "PortalAddress_pkey" PRIMARY KEY ("address")
);

-- CreateIndex
CREATE UNIQUE INDEX "HostEnrolment_tokenHash_key" ON "HostEnrolment"("tokenHash");

-- CreateIndex
CREATE UNIQUE INDEX "HostEnrolment_agentId_key" ON "HostEnrolment"("agentId");

-- CreateIndex
CREATE INDEX "HostEnrolment_createdAt_idx" ON "HostEnrolment"("createdAt");

-- AddForeignKey
ALTER TABLE "HostEnrolment" ADD CONSTRAINT "HostEnrolment_agentId_fkey" FOREIGN KEY ("agentId") REFERENCES "Agent"("id") ON DELETE SET NULL ON UPDATE CASCADE;
