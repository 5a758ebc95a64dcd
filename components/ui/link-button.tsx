import { cn } from '@/lib/client/cn'
import { AppLink, type AppLinkProps } from './app-link'
import { type ButtonSize, type ButtonVariant, buttonLook } from './button'

type LinkButtonProps = AppLinkProps & { variant?: ButtonVariant; size?: ButtonSize; icon?: boolean }

/** Leads somewhere and looks like a button. Whatever changes something is a Button. */
export function LinkButton({ variant, size, icon = false, className, ...rest }: LinkButtonProps) {
  return <AppLink {...rest} className={cn(buttonLook({ variant, size, icon }), className)} />
}
