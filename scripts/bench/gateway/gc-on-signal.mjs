// Into the Node processes that are weighed (with --expose-gc): what nobody holds any more is not what a stream costs.
process.on('SIGUSR2', () => {
  const { gc } = /** @type {{ gc?: () => void }} */ (globalThis)
  for (let times = 0; times < 3; times++) gc?.()
})
