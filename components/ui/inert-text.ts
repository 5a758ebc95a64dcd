// Control characters and terminal escapes are shown as nothing, never interpreted: whoever wrote a log does not get to move
// the reader's cursor, and direction marks do not get to reorder a line.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are exactly what is taken out.
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are exactly what is taken out.
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

export function inertText(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(ESCAPES, '').replace(INVISIBLE, '')
}
