-- CreateEnum
CREATE TYPE "AgentPullState" AS ENUM ('waiting', 'pulling', 'failed');

-- CreateTable
CREATE TABLE "AgentPull" (
    "agentId" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "state" "AgentPullState" NOT NULL DEFAULT 'waiting',
    "progress" JSONB,
    "startedAt" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "nextTryAt" TIMESTAMPTZ(3),
    "problem" TEXT,
    "hint" TEXT,

    CONSTRAINT "AgentPull_pkey" PRIMARY KEY ("agentId","reference")
);

-- CreateIndex
CREATE INDEX "AgentPull_reference_idx" ON "AgentPull"("reference");

-- AddForeignKey
ALTER TABLE "AgentPull" ADD CONSTRAINT "AgentPull_agentId_fkey" FOREIGN KEY ("agentId") REFERENCES "Agent"("id") ON DELETE CASCADE ON UPDATE CASCADE;
