// Joins class names, leaving out what is falsy. Looks are chosen by props; a className passed to a primitive places it
// (margin, width, grid cell) and never restyles it, so no merging of conflicting utilities is needed in the browser.
import { type ClassValue, clsx } from 'clsx'

export function cn(...classes: ClassValue[]): string {
  return clsx(classes)
}
