// For each route and each server action: whose it is, and a call that only the id is wrong with. What is new has no row yet, and fails.

/** Things that are another person's, or the administrators'. */
export type Ids = {
  sessionId: string
  userId: string
  agentId: string
  imageId: string
  gpuId: string
  iconId: string
  enrolmentId: string
  signInId: string
  apiKeyId: string
}

/**
 * owner: found by its owner alone; a foreign id is as unknown as one that nothing has.
 * administrators: forbidden, whatever the id.
 * everyone: for whoever is signed in; the answer holds nothing of others.
 * anyone: judges a token or a signature of its own, or says nothing of anybody.
 */
export type Whose = 'owner' | 'administrators' | 'everyone' | 'anyone'
export type Row = { whose: Whose; input?: (ids: Ids) => unknown }

const owner: Row = { whose: 'owner' }
const administrators: Row = { whose: 'administrators' }
const everyone: Row = { whose: 'everyone' }
const anyone: Row = { whose: 'anyone' }
const ofAdministrators = (input: Row['input']): Row => ({ whose: 'administrators', ...(input ? { input } : {}) })

const noDigest = 'a'.repeat(64)
const bindOfEverything = { kind: 'bind', source: '/srv', target: '/data' }
const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const workspace = { name: 'Foreign', reference: 'registry.example.org/foreign:1' }
const socket = { kind: 'socket', socketPath: '/nowhere/docker.sock' }
const source = { kind: 'text', text: '{"workspaces":[]}' }
const install = { source, digest: noDigest, keys: ['foreign'] }

/** `METHOD /path` → its row. */
export const routeRows: Record<string, Row> = {
  'GET /api/health': anyone,
  // By a token of its own, or an administrator.
  'GET /api/metrics': { whose: 'administrators' },
  'GET /api/v1/openapi.json': anyone,
  'GET /api/portal/launcher': everyone,
  'GET /api/portal/sessions/{sessionId}': owner,
  'GET /api/portal/sessions/{sessionId}/gpus': owner,
  'POST /api/portal/sessions/{sessionId}/connect': owner,
  'GET /api/portal/admin/agents': administrators,
  'GET /api/portal/admin/agents/{agentId}': administrators,
  'GET /api/portal/admin/fleet': administrators,
  'GET /api/portal/admin/gpus': administrators,
  'GET /api/portal/admin/gpus/{gpuId}': administrators,
  'GET /api/portal/admin/host-enrolments': administrators,
  'GET /api/portal/admin/host-enrolments/{enrolmentId}': administrators,
  'GET /api/portal/admin/images': administrators,
  'GET /api/portal/admin/images/{imageId}': administrators,
  'GET /api/portal/admin/sessions': administrators,
  'GET /api/v1/agents': administrators,
  'POST /api/v1/agents': ofAdministrators(() => ({ name: 'foreign', endpoint: socket })),
  'POST /api/v1/agents/check': ofAdministrators(({ agentId }) => ({ agentId, endpoint: socket })),
  'GET /api/v1/agents/ssh-key': administrators,
  'GET /api/v1/agents/{agentId}': administrators,
  'PATCH /api/v1/agents/{agentId}': ofAdministrators(() => ({ enabled: false })),
  'DELETE /api/v1/agents/{agentId}': administrators,
  'POST /api/v1/agents/{agentId}/drain': ofAdministrators(() => ({ message: 'Foreign' })),
  'POST /api/v1/agents/{agentId}/undrain': administrators,
  'POST /api/v1/agents/{agentId}/take-over': administrators,
  'POST /api/v1/agents/{agentId}/remove-images': ofAdministrators(() => ({ imageIds: [`sha256:${noDigest}`] })),
  'GET /api/v1/gpus': administrators,
  'GET /api/v1/gpus/{gpuId}': administrators,
  'PATCH /api/v1/gpus/{gpuId}': ofAdministrators(() => ({ excluded: true })),
  'GET /api/v1/host-enrolments': administrators,
  'POST /api/v1/host-enrolments': ofAdministrators(() => ({ name: 'foreign-host' })),
  'GET /api/v1/host-enrolments/{enrolmentId}': administrators,
  'DELETE /api/v1/host-enrolments/{enrolmentId}': administrators,
  'POST /api/v1/host/addresses': anyone,
  'POST /api/v1/host/certificate': anyone,
  'POST /api/v1/host/registration': anyone,
  'POST /api/v1/host/renewal': anyone,
  'GET /api/v1/host/script': anyone,
  // The bytes of a PNG, so that nothing but the person is wrong.
  'POST /api/v1/icons': ofAdministrators(() => onePixel),
  'GET /api/v1/icons/{iconId}': everyone,
  'GET /api/v1/images': administrators,
  'POST /api/v1/images': ofAdministrators(() => workspace),
  'GET /api/v1/images/{imageId}': administrators,
  'PATCH /api/v1/images/{imageId}': ofAdministrators(() => ({ dockerOptions: { capAdd: ['SYS_PTRACE'] }, cpuMillis: 64_000 })),
  'DELETE /api/v1/images/{imageId}': administrators,
  'POST /api/v1/images/{imageId}/author': administrators,
  'POST /api/v1/images/{imageId}/check': administrators,
  'POST /api/v1/images/{imageId}/clone': ofAdministrators(() => ({ name: 'Foreign', requireGpu: true, gpuCount: 8 })),
  'POST /api/v1/images/{imageId}/pin': ofAdministrators(() => ({ digest: `sha256:${noDigest}` })),
  'POST /api/v1/images/{imageId}/push': ofAdministrators(() => ({ reference: workspace.reference })),
  'DELETE /api/v1/images/{imageId}/push': administrators,
  'POST /api/v1/images/{imageId}/use-pushed': administrators,
  'GET /api/v1/me': everyone,
  'GET /api/v1/registry/export': administrators,
  'POST /api/v1/registry/install': ofAdministrators(() => install),
  'POST /api/v1/registry/preview': ofAdministrators(() => ({ source })),
  'GET /api/v1/sessions': everyone,
  // Of a workspace image that is switched off: to a person it does not exist.
  'POST /api/v1/sessions': { whose: 'owner', input: ({ imageId }) => ({ imageId }) },
  'GET /api/v1/sessions/{sessionId}': owner,
  'DELETE /api/v1/sessions/{sessionId}': owner,
  'POST /api/v1/sessions/{sessionId}/connect': owner,
  'POST /api/v1/sessions/{sessionId}/extend': { whose: 'owner', input: () => ({ minutes: 60 }) },
  'GET /api/v1/sessions/{sessionId}/files': owner,
  'GET /api/v1/sessions/{sessionId}/files/{folder}/{name}': owner,
  'PUT /api/v1/sessions/{sessionId}/files/{folder}/{name}': owner,
  'POST /api/v1/sessions/{sessionId}/pause': owner,
  'POST /api/v1/sessions/{sessionId}/restart': owner,
  'POST /api/v1/sessions/{sessionId}/resume': owner,
  'POST /api/v1/sessions/{sessionId}/start': owner,
  'POST /api/v1/sessions/{sessionId}/start-without-gpu': owner,
  'POST /api/v1/sessions/{sessionId}/stop': owner,
  'POST /api/v1/sessions/{sessionId}/root-terminal': administrators,
  'POST /api/v1/sessions/{sessionId}/save': administrators,
  'POST /api/v1/sessions/{sessionId}/save/cancel': administrators,
  'POST /api/v1/sessions/{sessionId}/save/commit': ofAdministrators(() => ({ name: 'Foreign' })),
  'GET /api/v1/settings': administrators,
  'PATCH /api/v1/settings': ofAdministrators(() => ({ maxGpusPerUser: 64 })),
  'GET /api/v1/users': administrators,
  'POST /api/v1/users': ofAdministrators(() => ({ name: 'foreign', role: 'admin' })),
  'GET /api/v1/users/{userId}': administrators,
  'PATCH /api/v1/users/{userId}': ofAdministrators(() => ({ role: 'admin', disabled: true })),
  'DELETE /api/v1/users/{userId}': administrators,
}

const ofSession: Row = { whose: 'owner', input: ({ sessionId }) => ({ sessionId }) }
const byAgent = ofAdministrators(({ agentId }) => ({ agentId }))
const byImage = ofAdministrators(({ imageId }) => ({ imageId }))
const byUser = ofAdministrators(({ userId }) => ({ userId }))
const bySession = ofAdministrators(({ sessionId }) => ({ sessionId }))

/** The name of a server action → its row. */
export const actionRows: Record<string, Row> = {
  launchSessionAction: { whose: 'owner', input: ({ imageId }) => ({ imageId }) },
  startWithoutGpuAction: ofSession,
  pauseSessionAction: ofSession,
  resumeSessionAction: ofSession,
  retrySessionAction: ofSession,
  restartSessionAction: ofSession,
  stopSessionAction: ofSession,
  deleteSessionAction: ofSession,
  extendSessionAction: { whose: 'owner', input: ({ sessionId }) => ({ sessionId, minutes: 60 }) },
  rootTerminalAction: bySession,
  prepareSaveAction: bySession,
  commitSaveAction: ofAdministrators(({ sessionId }) => ({ sessionId, name: 'Foreign' })),
  cancelSaveAction: bySession,
  // About whoever calls, and nobody else.
  changePasswordAction: everyone,
  changeFirstPasswordAction: everyone,
  createApiKeyAction: everyone,
  endSignInAction: { whose: 'owner', input: ({ signInId }) => ({ signInId }) },
  revokeApiKeyAction: { whose: 'owner', input: ({ apiKeyId }) => ({ apiKeyId }) },
  createAgentAction: ofAdministrators(() => ({ name: 'foreign', endpoint: socket })),
  updateAgentAction: ofAdministrators(({ agentId }) => ({ agentId, changes: { enabled: false } })),
  deleteAgentAction: byAgent,
  refreshAgentAction: byAgent,
  drainAgentAction: ofAdministrators(({ agentId }) => ({ agentId, message: 'Foreign' })),
  undrainAgentAction: byAgent,
  takeOverHostAction: byAgent,
  removeImagesAction: ofAdministrators(({ agentId }) => ({ agentId, imageIds: [`sha256:${noDigest}`] })),
  createHostEnrolmentAction: ofAdministrators(() => ({ name: 'foreign-host' })),
  revokeHostEnrolmentAction: ofAdministrators(({ enrolmentId }) => ({ enrolmentId })),
  editGpuAction: ofAdministrators(({ gpuId }) => ({ gpuId, patch: { excluded: true } })),
  createImageAction: ofAdministrators(() => workspace),
  cloneImageAction: ofAdministrators(({ imageId }) => ({
    imageId,
    changes: { name: 'Foreign', dockerOptions: { user: 'root' } },
  })),
  updateImageAction: ofAdministrators(({ imageId }) => ({ imageId, changes: { volumes: [bindOfEverything] } })),
  startAuthoringAction: byImage,
  deleteImageAction: byImage,
  checkReferenceAction: ofAdministrators(({ imageId }) => ({ imageId, reference: workspace.reference })),
  checkImageAction: byImage,
  pinImageAction: ofAdministrators(({ imageId }) => ({ imageId, digest: `sha256:${noDigest}` })),
  pushImageAction: ofAdministrators(({ imageId }) => ({ imageId, reference: workspace.reference })),
  usePushedImageAction: byImage,
  forgetPushAction: byImage,
  storeIconAction: ofAdministrators(() => ({ base64: onePixel.toString('base64') })),
  previewRegistryAction: ofAdministrators(() => ({ source })),
  installRegistryAction: ofAdministrators(() => install),
  updateSettingsAction: ofAdministrators(() => ({ maxGpusPerUser: 64 })),
  createUserAction: ofAdministrators(() => ({ name: 'foreign', role: 'admin' })),
  updateUserAction: ofAdministrators(({ userId }) => ({ userId, role: 'admin' })),
  resetPasswordAction: byUser,
  describeUserAction: byUser,
  deleteUserAction: byUser,
}
