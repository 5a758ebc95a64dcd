-- AlterTable
ALTER TABLE "Session" ADD COLUMN     "containerEndpoint" TEXT;
