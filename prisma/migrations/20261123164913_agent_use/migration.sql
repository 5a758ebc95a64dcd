-- AlterTable
ALTER TABLE "Agent" ADD COLUMN     "cpuMillisUsed" INTEGER,
ADD COLUMN     "memoryBytesUsed" DOUBLE PRECISION;
