-- CreateEnum
CREATE TYPE "ClipboardPolicy" AS ENUM ('both', 'up', 'down', 'off');

-- CreateEnum
CREATE TYPE "FilePolicy" AS ENUM ('both', 'up', 'down', 'off');

-- AlterTable
ALTER TABLE "WorkspaceImage" ADD COLUMN     "clipboardPolicy" "ClipboardPolicy" NOT NULL DEFAULT 'both',
ADD COLUMN     "filePolicy" "FilePolicy" NOT NULL DEFAULT 'both';

-- CreateTable
CREATE TABLE "ControllerAddress" (
    "holder" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "seenAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ControllerAddress_pkey" PRIMARY KEY ("holder")
);
