-- AlterTable
ALTER TABLE "Agent" ADD COLUMN     "drainDeadlineAt" TIMESTAMPTZ(3),
ADD COLUMN     "drainMessage" TEXT,
ADD COLUMN     "drainedAt" TIMESTAMPTZ(3),
ADD COLUMN     "drainedBy" TEXT,
ADD COLUMN     "latencyMs" DOUBLE PRECISION,
ADD COLUMN     "slowSince" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "Session" ADD COLUMN     "problem" TEXT;
