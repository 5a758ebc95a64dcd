-- CreateEnum
CREATE TYPE "ImageUpdate" AS ENUM ('newer', 'newerComing', 'other', 'otherComing');

-- AlterTable
ALTER TABLE "Session" ADD COLUMN     "dockerImageId" TEXT,
ADD COLUMN     "imageDigest" TEXT,
ADD COLUMN     "imageUpdate" "ImageUpdate";

-- AlterTable
ALTER TABLE "WorkspaceImage" ADD COLUMN     "pinnedDigest" TEXT;

-- CreateTable
CREATE TABLE "ImageTag" (
    "reference" TEXT NOT NULL,
    "digest" TEXT,
    "previousDigest" TEXT,
    "digestSince" TIMESTAMPTZ(3),
    "checkedAt" TIMESTAMPTZ(3),
    "triedAt" TIMESTAMPTZ(3),
    "nextCheckAt" TIMESTAMPTZ(3),
    "failures" INTEGER NOT NULL DEFAULT 0,
    "problem" TEXT,
    "hint" TEXT,
    "missingSince" TIMESTAMPTZ(3),

    CONSTRAINT "ImageTag_pkey" PRIMARY KEY ("reference")
);

-- CreateTable
CREATE TABLE "ImageDigest" (
    "reference" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "firstSeenAt" TIMESTAMPTZ(3) NOT NULL,
    "namedAt" TIMESTAMPTZ(3),
    "imageId" TEXT,
    "sizeBytes" DOUBLE PRECISION,

    CONSTRAINT "ImageDigest_pkey" PRIMARY KEY ("reference","digest")
);

-- CreateIndex
CREATE INDEX "ImageTag_nextCheckAt_idx" ON "ImageTag"("nextCheckAt");
