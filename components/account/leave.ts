// Signs out and leaves by a full load, so that nothing of the person stays in the page's memory.
import { toast } from '@/components/ui/toast'
import { signOut } from '@/lib/client/credentials'

export async function leave(): Promise<void> {
  const failure = await signOut()
  if (failure) toast.failure(failure)
  else window.location.assign('/sign-in')
}
