-- AlterTable
ALTER TABLE "GpuUse" ALTER COLUMN "userId" DROP NOT NULL;

-- AlterTable
ALTER TABLE "Session" ADD COLUMN     "claimedAt" TIMESTAMPTZ(3),
ALTER COLUMN "userId" DROP NOT NULL;

-- AlterTable
ALTER TABLE "WorkspaceImage" ADD COLUMN     "readyGpus" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "readySessions" INTEGER NOT NULL DEFAULT 0;
