/** Turns the named status codes into null: they are facts, such as "already stopped" or "not there". */
export async function unless<T>(codes: number[], promise: Promise<T>): Promise<T | null> {
  try {
    return await promise
  } catch (error) {
    const status = (error as { statusCode?: number }).statusCode
    if (status !== undefined && codes.includes(status)) return null
    throw error
  }
}
