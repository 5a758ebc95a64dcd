-- AlterTable
ALTER TABLE "Session" ADD COLUMN     "fitsViewer" BOOLEAN NOT NULL DEFAULT false;
