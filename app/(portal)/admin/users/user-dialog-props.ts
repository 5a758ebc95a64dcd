import type { UserRow } from '@/lib/domain/user-view'

export type UserDialogProps = { user: UserRow; open: boolean; onOpenChange: (open: boolean) => void }
