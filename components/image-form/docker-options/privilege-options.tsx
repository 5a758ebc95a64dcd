'use client'
import { LineList } from '@/components/form/line-list'
import { Checkbox } from '@/components/ui/checkbox'
import { Input } from '@/components/ui/input'
import { Capability } from '@/lib/domain/docker-options'
import { OptionField, useOptions, useRowProblem } from './options-context'

const devices = ['/dev/dri', '/dev/snd', '/dev/kvm', '/dev/fuse', '/dev/net/tun', '/dev/infiniband', '/dev/kfd', '/dev/video0']

export function PrivilegeOptions() {
  const { value, set } = useOptions()
  const deviceProblem = useRowProblem('devices')
  const groupProblem = useRowProblem('groupAdd')
  return (
    <>
      <OptionField
        option="user"
        label="User"
        hint="Runs as this user (name or number, with :group if wanted) instead of the image’s own. root is named before saving."
      >
        {(wiring) => (
          <Input
            {...wiring}
            value={value.user}
            placeholder="the image’s own"
            onChange={(event) => set('user', event.target.value)}
          />
        )}
      </OptionField>
      <OptionField
        option="groupAdd"
        as="group"
        label="Extra groups"
        hint="Groups the user joins inside the container: video and render for /dev/dri."
      >
        {() => (
          <LineList
            value={value.groupAdd}
            onChange={(groups) => set('groupAdd', groups)}
            thing="group"
            placeholder="render"
            max={20}
            suggestions={['video', 'render', 'audio', 'plugdev']}
            problemOf={groupProblem}
          />
        )}
      </OptionField>
      <OptionField
        option="devices"
        as="group"
        label="Devices"
        hint="Of the host, with full access. Allowed: graphics, sound, input, cameras, KVM, FUSE, TUN, InfiniBand. GPUs come by “Require GPU”."
        className="sm:col-span-2"
      >
        {() => (
          <LineList
            value={value.devices}
            onChange={(list) => set('devices', list)}
            thing="device"
            placeholder="/dev/dri"
            max={20}
            suggestions={devices}
            problemOf={deviceProblem}
          />
        )}
      </OptionField>
      <OptionField
        option="capAdd"
        as="group"
        label="Capabilities"
        hint="All are dropped unless ticked here. SYS_ADMIN, SYS_MODULE, NET_ADMIN and MKNOD can never be given."
        className="sm:col-span-2"
      >
        {() => <Capabilities value={value.capAdd} onChange={(list) => set('capAdd', list)} />}
      </OptionField>
    </>
  )
}

function Capabilities({ value, onChange }: { value: string[]; onChange: (capabilities: string[]) => void }) {
  return (
    <div className="grid grid-cols-2 gap-x-4 rounded-md border border-line p-3 md:grid-cols-3 2xl:grid-cols-4">
      {Capability.options.map((capability) => (
        <Checkbox
          key={capability}
          label={<span className="font-mono text-xs [overflow-wrap:anywhere]">{capability}</span>}
          checked={value.includes(capability)}
          onChange={(event) =>
            onChange(event.target.checked ? [...value, capability].sort() : value.filter((other) => other !== capability))
          }
        />
      ))}
    </div>
  )
}
