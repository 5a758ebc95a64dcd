-- AlterTable
ALTER TABLE "Agent" ADD COLUMN     "clockAheadMs" DOUBLE PRECISION;
