-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('admin', 'user');

-- CreateEnum
CREATE TYPE "AgentKind" AS ENUM ('socket', 'tcp');

-- CreateEnum
CREATE TYPE "AgentStatus" AS ENUM ('new', 'up', 'unreachable');

-- CreateEnum
CREATE TYPE "HomePolicy" AS ENUM ('none', 'perUserAndImage', 'perUser');

-- CreateEnum
CREATE TYPE "SessionState" AS ENUM ('queued', 'starting', 'running', 'paused', 'stopping', 'stopped', 'deleting', 'deleted', 'failed', 'lost');

-- CreateEnum
CREATE TYPE "WantedState" AS ENUM ('running', 'paused', 'stopped', 'deleted');

-- CreateTable
CREATE TABLE "Installation" (
    "id" TEXT NOT NULL DEFAULT 'this',
    "installId" TEXT NOT NULL,
    "secretFingerprint" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Installation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Setting" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Setting_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "User" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "displayName" TEXT NOT NULL DEFAULT '',
    "role" "Role" NOT NULL DEFAULT 'user',
    "passwordHash" TEXT NOT NULL,
    "mustChangePassword" BOOLEAN NOT NULL DEFAULT false,
    "disabledAt" TIMESTAMPTZ(3),
    "maxSessions" INTEGER,
    "maxCpuMillis" INTEGER,
    "maxMemoryBytes" DOUBLE PRECISION,
    "maxGpus" INTEGER,
    "timeLimitSeconds" INTEGER,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SignIn" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),
    "userAgent" TEXT NOT NULL DEFAULT '',
    "address" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "SignIn_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ApiKey" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastUsedAt" TIMESTAMPTZ(3),
    "expiresAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ApiKey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SignInThrottle" (
    "key" TEXT NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "blockedUntil" TIMESTAMPTZ(3),
    "lastAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SignInThrottle_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "AuditEntry" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actorId" TEXT,
    "actorName" TEXT NOT NULL,
    "verb" TEXT NOT NULL,
    "thingKind" TEXT NOT NULL,
    "thingId" TEXT NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "AuditEntry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Agent" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" "AgentKind" NOT NULL,
    "socketPath" TEXT,
    "host" TEXT,
    "port" INTEGER,
    "serverName" TEXT,
    "caPem" TEXT,
    "certPem" TEXT,
    "keySealed" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "groups" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "bindPaths" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "cpuMillisOverride" INTEGER,
    "memoryBytesOverride" DOUBLE PRECISION,
    "publishAddress" TEXT,
    "version" INTEGER NOT NULL DEFAULT 0,
    "removedAt" TIMESTAMPTZ(3),
    "status" "AgentStatus" NOT NULL DEFAULT 'new',
    "statusReason" TEXT,
    "lastSeenAt" TIMESTAMPTZ(3),
    "unreachableSince" TIMESTAMPTZ(3),
    "engineName" TEXT,
    "engineVersion" TEXT,
    "apiVersion" TEXT,
    "os" TEXT,
    "architecture" TEXT,
    "cpuCount" INTEGER,
    "memoryBytes" DOUBLE PRECISION,
    "diskTotalBytes" DOUBLE PRECISION,
    "diskFreeBytes" DOUBLE PRECISION,
    "hasNvidiaRuntime" BOOLEAN NOT NULL DEFAULT false,
    "gpuProblem" TEXT,
    "inventoriedAt" TIMESTAMPTZ(3),
    "reachedBy" TEXT,
    "cpuMillisHeld" INTEGER NOT NULL DEFAULT 0,
    "memoryBytesHeld" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "leaseHolder" TEXT,
    "leaseEpoch" INTEGER NOT NULL DEFAULT 0,
    "leaseUntil" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Agent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Gpu" (
    "id" TEXT NOT NULL,
    "agentId" TEXT NOT NULL,
    "uuid" TEXT NOT NULL,
    "index" INTEGER NOT NULL,
    "model" TEXT NOT NULL,
    "memoryBytes" DOUBLE PRECISION,
    "driverVersion" TEXT,
    "pciAddress" TEXT,
    "shares" INTEGER NOT NULL DEFAULT 1,
    "excluded" BOOLEAN NOT NULL DEFAULT false,
    "missingSince" TIMESTAMPTZ(3),
    "seenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Gpu_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "GpuHold" (
    "gpuId" TEXT NOT NULL,
    "slot" INTEGER NOT NULL,
    "sessionId" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "GpuHold_pkey" PRIMARY KEY ("gpuId","slot")
);

-- CreateTable
CREATE TABLE "AgentImage" (
    "agentId" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "imageId" TEXT NOT NULL,
    "digest" TEXT,
    "sizeBytes" DOUBLE PRECISION NOT NULL,
    "seenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "AgentImage_pkey" PRIMARY KEY ("agentId","reference")
);

-- CreateTable
CREATE TABLE "Icon" (
    "id" TEXT NOT NULL,
    "mediaType" TEXT NOT NULL,
    "bytes" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Icon_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "WorkspaceImage" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "reference" TEXT NOT NULL,
    "iconName" TEXT NOT NULL DEFAULT 'desktop',
    "iconId" TEXT,
    "categories" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "cpuMillis" INTEGER NOT NULL,
    "memoryBytes" DOUBLE PRECISION NOT NULL,
    "shmBytes" DOUBLE PRECISION NOT NULL,
    "requireGpu" BOOLEAN NOT NULL DEFAULT false,
    "gpuCount" INTEGER NOT NULL DEFAULT 1,
    "environment" JSONB NOT NULL DEFAULT '{}',
    "homePolicy" "HomePolicy" NOT NULL DEFAULT 'perUserAndImage',
    "volumes" JSONB NOT NULL DEFAULT '[]',
    "dockerOptions" JSONB NOT NULL DEFAULT '{}',
    "agentGroup" TEXT,
    "timeLimitSeconds" INTEGER,
    "timeLimitExtendable" BOOLEAN NOT NULL DEFAULT true,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "hidden" BOOLEAN NOT NULL DEFAULT false,
    "notes" TEXT NOT NULL DEFAULT '',
    "parentId" TEXT,
    "version" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "WorkspaceImage_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Home" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "imageId" TEXT,
    "agentId" TEXT,
    "volumeName" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Home_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Session" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "imageId" TEXT,
    "imageName" TEXT NOT NULL,
    "iconName" TEXT NOT NULL DEFAULT 'desktop',
    "iconId" TEXT,
    "spec" JSONB NOT NULL,
    "cpuMillis" INTEGER NOT NULL,
    "memoryBytes" DOUBLE PRECISION NOT NULL,
    "gpuCount" INTEGER NOT NULL DEFAULT 0,
    "needsAllGpus" BOOLEAN NOT NULL DEFAULT false,
    "wanted" "WantedState" NOT NULL DEFAULT 'running',
    "state" "SessionState" NOT NULL DEFAULT 'queued',
    "version" INTEGER NOT NULL DEFAULT 0,
    "idempotencyKey" TEXT,
    "agentId" TEXT,
    "held" BOOLEAN NOT NULL DEFAULT false,
    "homeId" TEXT,
    "queuedAt" TIMESTAMPTZ(3),
    "queuePosition" INTEGER,
    "reasons" JSONB NOT NULL DEFAULT '[]',
    "credentialSealed" TEXT,
    "containerId" TEXT,
    "containerStartedAt" TEXT,
    "reachHost" TEXT,
    "reachPort" INTEGER,
    "certPin" TEXT,
    "gatewayPort" INTEGER,
    "pull" JSONB,
    "failureCode" TEXT,
    "failureParams" JSONB NOT NULL DEFAULT '{}',
    "exitCode" INTEGER,
    "logTail" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "nextTryAt" TIMESTAMPTZ(3),
    "timeLimitSeconds" INTEGER,
    "timeLimitExtendable" BOOLEAN NOT NULL DEFAULT true,
    "endsAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "firstViewerAt" TIMESTAMPTZ(3),
    "lastInputAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SessionEvent" (
    "id" BIGSERIAL NOT NULL,
    "sessionId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "code" TEXT NOT NULL,
    "params" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "SessionEvent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Grant" (
    "id" TEXT NOT NULL,
    "sessionId" TEXT NOT NULL,
    "signInId" TEXT,
    "apiKeyId" TEXT,
    "permission" TEXT NOT NULL DEFAULT 'control',
    "ticketHash" TEXT,
    "ticketExpiresAt" TIMESTAMPTZ(3) NOT NULL,
    "cookieHash" TEXT,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "revokedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Grant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Question" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "agentId" TEXT,
    "askedById" TEXT,
    "inputSealed" TEXT NOT NULL,
    "deadlineAt" TIMESTAMPTZ(3) NOT NULL,
    "takenAt" TIMESTAMPTZ(3),
    "answer" JSONB,
    "answeredAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Question_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Installation_installId_key" ON "Installation"("installId");

-- CreateIndex
CREATE UNIQUE INDEX "User_name_key" ON "User"("name");

-- CreateIndex
CREATE INDEX "User_createdAt_idx" ON "User"("createdAt");

-- CreateIndex
CREATE INDEX "SignIn_userId_endedAt_idx" ON "SignIn"("userId", "endedAt");

-- CreateIndex
CREATE UNIQUE INDEX "ApiKey_hash_key" ON "ApiKey"("hash");

-- CreateIndex
CREATE INDEX "ApiKey_userId_createdAt_idx" ON "ApiKey"("userId", "createdAt");

-- CreateIndex
CREATE INDEX "AuditEntry_at_idx" ON "AuditEntry"("at");

-- CreateIndex
CREATE INDEX "AuditEntry_thingKind_thingId_idx" ON "AuditEntry"("thingKind", "thingId");

-- CreateIndex
CREATE UNIQUE INDEX "Agent_name_key" ON "Agent"("name");

-- CreateIndex
CREATE INDEX "Agent_createdAt_idx" ON "Agent"("createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "Gpu_agentId_uuid_key" ON "Gpu"("agentId", "uuid");

-- CreateIndex
CREATE INDEX "GpuHold_sessionId_idx" ON "GpuHold"("sessionId");

-- CreateIndex
CREATE UNIQUE INDEX "GpuHold_gpuId_sessionId_key" ON "GpuHold"("gpuId", "sessionId");

-- CreateIndex
CREATE INDEX "AgentImage_reference_idx" ON "AgentImage"("reference");

-- CreateIndex
CREATE INDEX "WorkspaceImage_name_idx" ON "WorkspaceImage"("name");

-- CreateIndex
CREATE INDEX "WorkspaceImage_updatedAt_idx" ON "WorkspaceImage"("updatedAt");

-- CreateIndex
CREATE UNIQUE INDEX "Home_volumeName_key" ON "Home"("volumeName");

-- CreateIndex
CREATE UNIQUE INDEX "Home_userId_scope_key" ON "Home"("userId", "scope");

-- CreateIndex
CREATE INDEX "Session_userId_state_idx" ON "Session"("userId", "state");

-- CreateIndex
CREATE INDEX "Session_agentId_state_idx" ON "Session"("agentId", "state");

-- CreateIndex
CREATE INDEX "Session_agentId_held_idx" ON "Session"("agentId", "held");

-- CreateIndex
CREATE INDEX "Session_state_queuedAt_idx" ON "Session"("state", "queuedAt");

-- CreateIndex
CREATE INDEX "Session_createdAt_idx" ON "Session"("createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "Session_userId_idempotencyKey_key" ON "Session"("userId", "idempotencyKey");

-- CreateIndex
CREATE UNIQUE INDEX "Session_gatewayPort_key" ON "Session"("gatewayPort");

-- CreateIndex
CREATE INDEX "SessionEvent_sessionId_id_idx" ON "SessionEvent"("sessionId", "id");

-- CreateIndex
CREATE INDEX "SessionEvent_at_idx" ON "SessionEvent"("at");

-- CreateIndex
CREATE UNIQUE INDEX "Grant_ticketHash_key" ON "Grant"("ticketHash");

-- CreateIndex
CREATE UNIQUE INDEX "Grant_cookieHash_key" ON "Grant"("cookieHash");

-- CreateIndex
CREATE INDEX "Grant_sessionId_idx" ON "Grant"("sessionId");

-- CreateIndex
CREATE INDEX "Grant_expiresAt_idx" ON "Grant"("expiresAt");

-- CreateIndex
CREATE INDEX "Question_answeredAt_createdAt_idx" ON "Question"("answeredAt", "createdAt");

-- AddForeignKey
ALTER TABLE "SignIn" ADD CONSTRAINT "SignIn_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApiKey" ADD CONSTRAINT "ApiKey_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Gpu" ADD CONSTRAINT "Gpu_agentId_fkey" FOREIGN KEY ("agentId") REFERENCES "Agent"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "GpuHold" ADD CONSTRAINT "GpuHold_gpuId_fkey" FOREIGN KEY ("gpuId") REFERENCES "Gpu"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "GpuHold" ADD CONSTRAINT "GpuHold_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "Session"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AgentImage" ADD CONSTRAINT "AgentImage_agentId_fkey" FOREIGN KEY ("agentId") REFERENCES "Agent"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "WorkspaceImage" ADD CONSTRAINT "WorkspaceImage_iconId_fkey" FOREIGN KEY ("iconId") REFERENCES "Icon"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "WorkspaceImage" ADD CONSTRAINT "WorkspaceImage_parentId_fkey" FOREIGN KEY ("parentId") REFERENCES "WorkspaceImage"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Home" ADD CONSTRAINT "Home_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Home" ADD CONSTRAINT "Home_imageId_fkey" FOREIGN KEY ("imageId") REFERENCES "WorkspaceImage"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Home" ADD CONSTRAINT "Home_agentId_fkey" FOREIGN KEY ("agentId") REFERENCES "Agent"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_imageId_fkey" FOREIGN KEY ("imageId") REFERENCES "WorkspaceImage"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_agentId_fkey" FOREIGN KEY ("agentId") REFERENCES "Agent"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_homeId_fkey" FOREIGN KEY ("homeId") REFERENCES "Home"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SessionEvent" ADD CONSTRAINT "SessionEvent_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "Session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Grant" ADD CONSTRAINT "Grant_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "Session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Grant" ADD CONSTRAINT "Grant_signInId_fkey" FOREIGN KEY ("signInId") REFERENCES "SignIn"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Grant" ADD CONSTRAINT "Grant_apiKeyId_fkey" FOREIGN KEY ("apiKeyId") REFERENCES "ApiKey"("id") ON DELETE CASCADE ON UPDATE CASCADE;
