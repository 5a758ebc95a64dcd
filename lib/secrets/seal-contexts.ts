// What each sealed value is bound to, in one place: whoever seals and whoever opens must say the same words.
export const sealContext = {
  agentKey: (agentId: string) => `agent-key:${agentId}`,
  credential: (sessionId: string) => `session-credential:${sessionId}`,
  registryPassword: (imageId: string) => `registry-password:${imageId}`,
  hostAuthority: (id: string) => `host-authority:${id}`,
  portalKey: (id: string) => `portal-key:${id}`,
  portalSshKey: (id: string) => `portal-ssh-key:${id}`,
  pushPassword: (pushId: string) => `push-password:${pushId}`,
  question: (questionId: string) => `question:${questionId}`,
} as const
