-- AlterTable
ALTER TABLE "WorkspaceImage" ADD COLUMN     "registryPasswordSealed" TEXT,
ADD COLUMN     "registryUser" TEXT;
