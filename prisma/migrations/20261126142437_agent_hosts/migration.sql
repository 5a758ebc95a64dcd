-- AlterTable
ALTER TABLE "Agent" ADD COLUMN     "sshHostKey" TEXT,
ADD COLUMN     "sshUser" TEXT,
ADD COLUMN     "sshUsesPortalKey" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "AgentHost" (
    "agentId" TEXT NOT NULL,
    "hostId" TEXT,
    "markNames" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "markedAt" TIMESTAMPTZ(3),
    "claimedAt" TIMESTAMPTZ(3),
    "tookOver" BOOLEAN NOT NULL DEFAULT false,
    "takeOverWantedAt" TIMESTAMPTZ(3),
    "otherPortal" JSONB,

    CONSTRAINT "AgentHost_pkey" PRIMARY KEY ("agentId")
);

-- CreateTable
CREATE TABLE "PortalSshKey" (
    "id" TEXT NOT NULL DEFAULT 'this',
    "publicKey" TEXT NOT NULL,
    "keySealed" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "PortalSshKey_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "AgentHost_hostId_key" ON "AgentHost"("hostId");

-- AddForeignKey
ALTER TABLE "AgentHost" ADD CONSTRAINT "AgentHost_agentId_fkey" FOREIGN KEY ("agentId") REFERENCES "Agent"("id") ON DELETE CASCADE ON UPDATE CASCADE;
