-- AlterTable
ALTER TABLE "Session" ADD COLUMN     "bytesDown" DOUBLE PRECISION NOT NULL DEFAULT 0,
ADD COLUMN     "bytesUp" DOUBLE PRECISION NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "GatewayProcess" (
    "id" TEXT NOT NULL,
    "heardAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "GatewayProcess_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SessionViewers" (
    "sessionId" TEXT NOT NULL,
    "gatewayId" TEXT NOT NULL,
    "viewers" INTEGER NOT NULL,

    CONSTRAINT "SessionViewers_pkey" PRIMARY KEY ("sessionId","gatewayId")
);

-- CreateIndex
CREATE INDEX "SessionViewers_gatewayId_idx" ON "SessionViewers"("gatewayId");

-- AddForeignKey
ALTER TABLE "SessionViewers" ADD CONSTRAINT "SessionViewers_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "Session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SessionViewers" ADD CONSTRAINT "SessionViewers_gatewayId_fkey" FOREIGN KEY ("gatewayId") REFERENCES "GatewayProcess"("id") ON DELETE CASCADE ON UPDATE CASCADE;
