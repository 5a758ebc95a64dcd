// How a server component learns the path it renders: proxy.ts sets this header on every request and overwrites what a client sent.
export const pathHeader = 'x-berth-path'
