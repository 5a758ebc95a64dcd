// Runs instead of the tests over simulated hosts where these cannot run, so that a green run does not claim what it has not seen.
export function setup(): void {
  console.warn(
    '\n  NOT RUN: the tests over simulated GPU hosts (e2e/testbed). They need root on Linux; see docs/testing-gpus.md.\n',
  )
}
