-- CreateEnum
CREATE TYPE "ImageSaveState" AS ENUM ('preparing', 'ready', 'committing', 'canceling', 'done', 'failed', 'canceled');

-- AlterTable
ALTER TABLE "Session" ADD COLUMN     "authoring" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "ImageSave" (
    "id" TEXT NOT NULL,
    "sessionId" TEXT NOT NULL,
    "agentId" TEXT NOT NULL,
    "requestedById" TEXT NOT NULL,
    "state" "ImageSaveState" NOT NULL DEFAULT 'preparing',
    "version" INTEGER NOT NULL DEFAULT 0,
    "cleanedAt" TIMESTAMPTZ(3),
    "report" JSONB,
    "wanted" JSONB,
    "reference" TEXT,
    "imageId" TEXT,
    "problem" TEXT,
    "hint" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ImageSave_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "ImageSave_sessionId_createdAt_idx" ON "ImageSave"("sessionId", "createdAt");

-- CreateIndex
CREATE INDEX "ImageSave_agentId_state_idx" ON "ImageSave"("agentId", "state");

-- AddForeignKey
ALTER TABLE "ImageSave" ADD CONSTRAINT "ImageSave_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "Session"("id") ON DELETE CASCADE ON UPDATE CASCADE;
