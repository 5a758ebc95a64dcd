-- AlterTable
ALTER TABLE "Agent" ADD COLUMN     "gpusUnseen" BOOLEAN NOT NULL DEFAULT false;
