// Calls next-auth as its documented pages handler: plain objects in, plain values out, so that nothing unchecked reaches it.
import 'server-only'
import type { NextApiRequest, NextApiResponse } from 'next'
import NextAuth, { type NextAuthOptions } from 'next-auth'

export type NextAuthCall = {
  method: 'GET' | 'POST'
  /** `['callback', 'credentials']` */
  action: string[]
  body: Record<string, string>
  cookies: Record<string, string>
}

export type NextAuthAnswer = { status: number; setCookies: string[]; body: unknown }

export async function callNextAuth(call: NextAuthCall, options: NextAuthOptions): Promise<NextAuthAnswer> {
  const answer: NextAuthAnswer = { status: 200, setCookies: [], body: null }
  const response = {
    status(code: number) {
      answer.status = code
      return response
    },
    getHeader: (name: string) => (name.toLowerCase() === 'set-cookie' ? answer.setCookies : undefined),
    setHeader(name: string, value: string | string[]) {
      if (name.toLowerCase() === 'set-cookie') answer.setCookies = [value].flat()
      return response
    },
    json(body: unknown) {
      answer.body = body
    },
    send(body: unknown) {
      answer.body = body
    },
    end() {},
  }
  const request = { method: call.method, query: { nextauth: call.action }, body: call.body, cookies: call.cookies, headers: {} }
  await NextAuth(request as unknown as NextApiRequest, response as unknown as NextApiResponse, options)
  return answer
}
