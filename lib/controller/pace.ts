// How often what costs most is done. Up to sixty agents the same for each; beyond that a controller does as much in a minute as for sixty, so
// that a fleet of hundreds does not keep it busy while nothing happens. What is asked for, or heard of, is done at once whatever the pace.

export type Pace = {
  /** Between two passes over one agent. With its spread of a fifth still below the 30 s within which a lost event is repaired. */
  passMs: number
  /** Between two full inventories of one agent. */
  inventoryMs: number
  /** Between two lists of an agent's images, and between two rounds over its desktops. */
  roundMs: number
  /** How many of an agent's desktops are asked in each round whether they still answer. */
  routesPerRound: number
  /** Over how long first passes are spread: all at once, what they read would fill the memory. */
  passSpreadMs: number
  /** Over how long the first rounds are spread when the controller starts, or hears the database again. */
  spreadMs: number
}

export function paceFor(agents: number): Pace {
  return {
    passMs: Math.min(Math.max(15_000, agents * 110), 22_000),
    inventoryMs: Math.max(60_000, agents * 1_500),
    roundMs: Math.max(60_000, agents * 500),
    routesPerRound: Math.max(1, Math.floor(120 / Math.max(1, agents))),
    passSpreadMs: agents * 5,
    spreadMs: agents * 150,
  }
}
