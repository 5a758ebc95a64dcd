// A partial update as it was meant: a field that is undefined was not sent, and must not be taken for its default.

export type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> }

export function given<T extends object>(changes: T): Given<T> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Given<T>
}
