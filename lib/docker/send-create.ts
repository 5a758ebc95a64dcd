import type Docker from 'dockerode'

/**
 * Asks an engine to make a container. Left alone, dockerode writes the whole description into the address as well, and an engine that
 * logs its requests would log the password in it. `_query` and `_body` are docker-modem's own names for the two parts.
 */
export function sendCreate(
  docker: Docker,
  { name, ...body }: Docker.ContainerCreateOptions,
  abortSignal: AbortSignal,
): Promise<Docker.Container> {
  const parts = { _query: { name }, _body: body, abortSignal }
  return docker.createContainer(parts as unknown as Docker.ContainerCreateOptions)
}
