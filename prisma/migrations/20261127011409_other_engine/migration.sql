-- AlterTable
ALTER TABLE "AgentHost" ADD COLUMN     "engineId" TEXT,
ADD COLUMN     "otherEngineSince" TIMESTAMPTZ(3);
