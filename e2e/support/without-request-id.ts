/** Two answers that are alike differ in the id of their request, which is made for each. */
export function withoutRequestId(text: string): string {
  return text.replaceAll(/"requestId":"[\w-]+"/g, '"requestId":"…"')
}
