-- CreateEnum
CREATE TYPE "GpuKind" AS ENUM ('device', 'mig');

-- AlterTable
ALTER TABLE "Agent" ADD COLUMN     "cudaVersion" TEXT,
ADD COLUMN     "gpuDiagnoses" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "gpusExpected" INTEGER,
ADD COLUMN     "toolkitVersion" TEXT;

-- AlterTable
ALTER TABLE "Gpu" ADD COLUMN     "allowBusyOutside" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "busyOutsideSince" TIMESTAMPTZ(3),
ADD COLUMN     "cdiName" TEXT,
ADD COLUMN     "computeCapability" TEXT,
ADD COLUMN     "kind" "GpuKind" NOT NULL DEFAULT 'device',
ADD COLUMN     "migEnabled" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "migProfile" TEXT,
ADD COLUMN     "parentUuid" TEXT;

-- AlterTable
ALTER TABLE "Session" ADD COLUMN     "gpuLostAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "WorkspaceImage" ADD COLUMN     "gpuCountMin" INTEGER,
ADD COLUMN     "gpuMemoryBytesMin" DOUBLE PRECISION,
ADD COLUMN     "gpuModelPattern" TEXT,
ADD COLUMN     "gpuOptional" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "GpuUse" (
    "id" BIGSERIAL NOT NULL,
    "gpuId" TEXT NOT NULL,
    "sessionId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "userName" TEXT NOT NULL,
    "imageName" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3),

    CONSTRAINT "GpuUse_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "GpuLive" (
    "agentId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "values" JSONB NOT NULL,

    CONSTRAINT "GpuLive_pkey" PRIMARY KEY ("agentId")
);

-- CreateTable
CREATE TABLE "GpuSample" (
    "agentId" TEXT NOT NULL,
    "minute" TIMESTAMPTZ(3) NOT NULL,
    "values" JSONB NOT NULL,

    CONSTRAINT "GpuSample_pkey" PRIMARY KEY ("agentId","minute")
);

-- CreateIndex
CREATE INDEX "GpuUse_gpuId_since_idx" ON "GpuUse"("gpuId", "since");

-- CreateIndex
CREATE INDEX "GpuUse_sessionId_idx" ON "GpuUse"("sessionId");

-- CreateIndex
CREATE INDEX "GpuUse_until_idx" ON "GpuUse"("until");

-- AddForeignKey
ALTER TABLE "GpuUse" ADD CONSTRAINT "GpuUse_gpuId_fkey" FOREIGN KEY ("gpuId") REFERENCES "Gpu"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "GpuLive" ADD CONSTRAINT "GpuLive_agentId_fkey" FOREIGN KEY ("agentId") REFERENCES "Agent"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "GpuSample" ADD CONSTRAINT "GpuSample_agentId_fkey" FOREIGN KEY ("agentId") REFERENCES "Agent"("id") ON DELETE CASCADE ON UPDATE CASCADE;
