-- CreateEnum
CREATE TYPE "BroughtHow" AS ENUM ('pulled', 'copied');

-- CreateEnum
CREATE TYPE "ImagePushState" AS ENUM ('waiting', 'pushing', 'done', 'failed');

-- AlterTable
ALTER TABLE "AgentImage" ADD COLUMN     "builtAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "AgentPull" ADD COLUMN     "needBytes" DOUBLE PRECISION,
ADD COLUMN     "sourceAgentId" TEXT;

-- AlterTable
ALTER TABLE "WorkspaceImage" ADD COLUMN     "prefetch" BOOLEAN NOT NULL DEFAULT true;

-- CreateTable
CREATE TABLE "BroughtImage" (
    "agentId" TEXT NOT NULL,
    "imageId" TEXT NOT NULL,
    "how" "BroughtHow" NOT NULL,
    "references" TEXT[],
    "sizeBytes" DOUBLE PRECISION NOT NULL,
    "broughtAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "unneededSince" TIMESTAMPTZ(3),
    "removalWantedAt" TIMESTAMPTZ(3),
    "problem" TEXT,

    CONSTRAINT "BroughtImage_pkey" PRIMARY KEY ("agentId","imageId")
);

-- CreateTable
CREATE TABLE "ImagePush" (
    "id" TEXT NOT NULL,
    "imageId" TEXT NOT NULL,
    "agentId" TEXT NOT NULL,
    "dockerImageId" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "registryUser" TEXT,
    "registryPasswordSealed" TEXT,
    "state" "ImagePushState" NOT NULL DEFAULT 'waiting',
    "progress" JSONB,
    "digest" TEXT,
    "problem" TEXT,
    "hint" TEXT,
    "askedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ImagePush_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "ImagePush_imageId_key" ON "ImagePush"("imageId");

-- CreateIndex
CREATE INDEX "ImagePush_agentId_state_idx" ON "ImagePush"("agentId", "state");

-- AddForeignKey
ALTER TABLE "BroughtImage" ADD CONSTRAINT "BroughtImage_agentId_fkey" FOREIGN KEY ("agentId") REFERENCES "Agent"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ImagePush" ADD CONSTRAINT "ImagePush_imageId_fkey" FOREIGN KEY ("imageId") REFERENCES "WorkspaceImage"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ImagePush" ADD CONSTRAINT "ImagePush_agentId_fkey" FOREIGN KEY ("agentId") REFERENCES "Agent"("id") ON DELETE CASCADE ON UPDATE CASCADE;
