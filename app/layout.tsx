import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { LoadAgain } from '@/components/shell/load-again'
import { Toaster } from '@/components/ui/toaster'
import { nonceIn } from '@/lib/web/nonce'
import './globals.css'

export const metadata: Metadata = {
  title: { default: 'Berth', template: '%s · Berth' },
  description: 'Container desktops in the browser',
  icons: { icon: [{ url: '/favicon.svg', type: 'image/svg+xml' }] },
  robots: { index: false, follow: false },
  formatDetection: { telephone: false, email: false, address: false },
}

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#ffffff' },
    { media: '(prefers-color-scheme: dark)', color: '#141a1e' },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = nonceIn((await headers()).get('content-security-policy'))
  return (
    <html lang="en">
      <head>
        <LoadAgain nonce={nonce} />
      </head>
      <body>
        {children}
        <Toaster />
      </body>
    </html>
  )
}
