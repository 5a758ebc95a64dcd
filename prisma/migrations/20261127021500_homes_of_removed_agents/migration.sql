-- Agents that were removed kept their homes, and with them everybody whose home it was from launching.
UPDATE "Home" SET "agentId" = NULL WHERE "agentId" IN (SELECT id FROM "Agent" WHERE "removedAt" IS NOT NULL);
