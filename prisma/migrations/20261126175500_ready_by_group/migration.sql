-- AlterTable
ALTER TABLE "Session" ADD COLUMN     "readyGroup" TEXT;

-- AlterTable
ALTER TABLE "WorkspaceImage" ADD COLUMN     "readyByGroup" JSONB NOT NULL DEFAULT '[]';
