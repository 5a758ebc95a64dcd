import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type SessionSpec, toContainerSpec } from '@/lib/domain/container-spec'
import { DockerOptions } from '@/lib/domain/docker-options'
import { Environment } from '@/lib/domain/environment'
import { VolumeMount } from '@/lib/domain/volume-mount'
import { toCreateOptions } from './to-create-options'

const GiB = 1024 ** 3

function specOf(overrides: Partial<SessionSpec> = {}, gpuUuids: string[] = []) {
  return toContainerSpec({
    installId: 'here',
    session: { id: 'session1', userId: 'user1', imageId: 'image1', cpuMillis: 1500, memoryBytes: 2 * GiB },
    spec: {
      reference: 'kasmweb/desktop:1.18.0',
      shmBytes: GiB / 2,
      environment: { EDITOR: 'vim' },
      homePolicy: 'perUser',
      volumes: [],
      dockerOptions: {},
      agentGroup: null,
      timezone: 'Europe/Vienna',
      ...overrides,
    },
    credential: 'secret',
    homeVolume: { id: 'home1', name: 'berth-home-1' },
    gpuUuids,
    publishTo: '127.0.0.1',
  })
}

test('an ordinary session is hardened, limited and published on one port [attack 25]', () => {
  expect(toCreateOptions(specOf())).toMatchInlineSnapshot(`
    {
      "Env": [
        "EDITOR=vim",
        "TZ=Europe/Vienna",
        "VNC_PW=secret",
        "VNCOPTIONS=-PreferBandwidth -DynamicQualityMin 4 -DynamicQualityMax 7 -BlacklistThreshold 1000000",
        "KASM_SVC_AUDIO=0",
        "KASM_SVC_AUDIO_INPUT=0",
        "KASM_SVC_UPLOADS=0",
        "KASM_SVC_GAMEPAD=0",
        "KASM_SVC_WEBCAM=0",
        "KASM_SVC_PRINTER=0",
        "NVIDIA_VISIBLE_DEVICES=void",
      ],
      "ExposedPorts": {
        "6901/tcp": {},
      },
      "HostConfig": {
        "CapAdd": [],
        "CapDrop": [
          "ALL",
        ],
        "DeviceRequests": [],
        "Devices": [],
        "Dns": [],
        "ExtraHosts": [],
        "GroupAdd": [],
        "Init": true,
        "IpcMode": "private",
        "LogConfig": {
          "Config": {
            "max-file": "3",
            "max-size": "10m",
          },
          "Type": "json-file",
        },
        "Memory": 2147483648,
        "MemorySwap": 2147483648,
        "Mounts": [
          {
            "ReadOnly": false,
            "Source": "berth-home-1",
            "Target": "/home/kasm-user",
            "Type": "volume",
            "VolumeOptions": {
              "DriverConfig": {
                "Name": "local",
                "Options": {},
              },
              "Labels": {
                "berth.home": "home1",
                "berth.install": "here",
              },
              "NoCopy": false,
            },
          },
        ],
        "NanoCpus": 1500000000,
        "NetworkMode": "berth-here",
        "PidsLimit": 4096,
        "PortBindings": {
          "6901/tcp": [
            {
              "HostIp": "127.0.0.1",
              "HostPort": "",
            },
          ],
        },
        "Privileged": false,
        "PublishAllPorts": false,
        "ReadonlyRootfs": false,
        "RestartPolicy": {
          "Name": "no",
        },
        "SecurityOpt": [
          "no-new-privileges",
        ],
        "ShmSize": 536870912,
        "Sysctls": {},
        "Tmpfs": {},
        "Ulimits": [],
      },
      "Hostname": "desktop",
      "Image": "kasmweb/desktop:1.18.0",
      "Labels": {
        "berth.gpus": "session1",
        "berth.image-id": "image1",
        "berth.install": "here",
        "berth.session": "session1",
        "berth.user": "user1",
      },
      "OpenStdin": false,
      "Tty": false,
      "name": "berth-session1",
    }
  `)
})

test('GPUs go by UUID with every capability that CUDA and the desktop need, and the image’s own choice never wins [attack 28]', () => {
  const options = toCreateOptions(specOf({}, ['GPU-a', 'GPU-b']))
  expect(options.HostConfig?.DeviceRequests).toEqual([
    { Driver: 'nvidia', DeviceIDs: ['GPU-a', 'GPU-b'], Capabilities: [['gpu', 'compute', 'utility', 'graphics', 'video']] },
  ])
  expect(options.Env).toContain('NVIDIA_VISIBLE_DEVICES=GPU-a,GPU-b')
})

test('a session without GPUs asks for none and is told that there are none [attack 28]', () => {
  const options = toCreateOptions(specOf())
  expect(options.HostConfig?.DeviceRequests).toEqual([])
  expect(options.Env).toContain('NVIDIA_VISIBLE_DEVICES=void')
})

test('CDI devices go to the CDI driver by name', () => {
  expect(toCreateOptions(specOf({}, ['nvidia.com/gpu=GPU-a'])).HostConfig?.DeviceRequests).toEqual([
    { Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=GPU-a'] },
  ])
})

test('a read-only root gets a /tmp in memory, and a home in memory only where no volume is mounted', () => {
  const readOnly = specOf({ dockerOptions: { readOnlyRoot: true } })
  expect(toCreateOptions(readOnly).HostConfig?.Tmpfs).toEqual({ '/tmp': 'rw,exec,nosuid,nodev,mode=1777' })
  const homeless = { ...readOnly, volumes: [] }
  expect(Object.keys(toCreateOptions(homeless).HostConfig?.Tmpfs ?? {})).toEqual(['/tmp', '/home/kasm-user'])
})

test('every option of the allow-list arrives where Docker expects it', () => {
  const options = toCreateOptions(
    specOf({
      volumes: [
        { kind: 'volume', name: 'data', target: '/data', readOnly: true, perUser: false },
        { kind: 'volume', name: 'mine', target: '/mine', readOnly: false, perUser: true },
        { kind: 'bind', source: '/srv/sets', target: '/sets', readOnly: true },
      ],
      dockerOptions: {
        hostname: 'lab',
        dns: ['9.9.9.9'],
        extraHosts: [{ name: 'db', address: '10.0.0.3' }],
        ulimits: [{ name: 'nofile', soft: 1024, hard: 2048 }],
        tmpfs: [{ path: '/scratch', sizeBytes: 1_048_576 }],
        sysctls: { 'kernel.shm_rmid_forced': '1' },
        groupAdd: ['video'],
        devices: ['/dev/dri'],
        capAdd: ['SYS_PTRACE'],
        user: '1000:1000',
        entrypoint: ['/start'],
        command: ['--now'],
        network: 'lab-net',
        pidsLimit: 512,
      },
    }),
  )
  expect(options).toMatchInlineSnapshot(`
    {
      "Cmd": [
        "--now",
      ],
      "Entrypoint": [
        "/start",
      ],
      "Env": [
        "EDITOR=vim",
        "TZ=Europe/Vienna",
        "VNC_PW=secret",
        "VNCOPTIONS=-PreferBandwidth -DynamicQualityMin 4 -DynamicQualityMax 7 -BlacklistThreshold 1000000",
        "KASM_SVC_AUDIO=0",
        "KASM_SVC_AUDIO_INPUT=0",
        "KASM_SVC_UPLOADS=0",
        "KASM_SVC_GAMEPAD=0",
        "KASM_SVC_WEBCAM=0",
        "KASM_SVC_PRINTER=0",
        "NVIDIA_VISIBLE_DEVICES=void",
      ],
      "ExposedPorts": {
        "6901/tcp": {},
      },
      "HostConfig": {
        "CapAdd": [
          "SYS_PTRACE",
        ],
        "CapDrop": [
          "ALL",
        ],
        "DeviceRequests": [],
        "Devices": [
          {
            "CgroupPermissions": "rw",
            "PathInContainer": "/dev/dri",
            "PathOnHost": "/dev/dri",
          },
        ],
        "Dns": [
          "9.9.9.9",
        ],
        "ExtraHosts": [
          "db:10.0.0.3",
        ],
        "GroupAdd": [
          "video",
        ],
        "Init": true,
        "IpcMode": "private",
        "LogConfig": {
          "Config": {
            "max-file": "3",
            "max-size": "10m",
          },
          "Type": "json-file",
        },
        "Memory": 2147483648,
        "MemorySwap": 2147483648,
        "Mounts": [
          {
            "ReadOnly": false,
            "Source": "berth-home-1",
            "Target": "/home/kasm-user",
            "Type": "volume",
            "VolumeOptions": {
              "DriverConfig": {
                "Name": "local",
                "Options": {},
              },
              "Labels": {
                "berth.home": "home1",
                "berth.install": "here",
              },
              "NoCopy": false,
            },
          },
          {
            "ReadOnly": true,
            "Source": "berth-here-data",
            "Target": "/data",
            "Type": "volume",
            "VolumeOptions": {
              "DriverConfig": {
                "Name": "local",
                "Options": {},
              },
              "Labels": {
                "berth.install": "here",
              },
              "NoCopy": false,
            },
          },
          {
            "ReadOnly": false,
            "Source": "berth-here-mine-user1",
            "Target": "/mine",
            "Type": "volume",
            "VolumeOptions": {
              "DriverConfig": {
                "Name": "local",
                "Options": {},
              },
              "Labels": {
                "berth.install": "here",
              },
              "NoCopy": false,
            },
          },
          {
            "BindOptions": {
              "Propagation": "rprivate",
            },
            "ReadOnly": true,
            "Source": "/srv/sets",
            "Target": "/sets",
            "Type": "bind",
          },
        ],
        "NanoCpus": 1500000000,
        "NetworkMode": "lab-net",
        "PidsLimit": 512,
        "PortBindings": {
          "6901/tcp": [
            {
              "HostIp": "127.0.0.1",
              "HostPort": "",
            },
          ],
        },
        "Privileged": false,
        "PublishAllPorts": false,
        "ReadonlyRootfs": false,
        "RestartPolicy": {
          "Name": "no",
        },
        "SecurityOpt": [
          "no-new-privileges",
        ],
        "ShmSize": 536870912,
        "Sysctls": {
          "kernel.shm_rmid_forced": "1",
        },
        "Tmpfs": {
          "/scratch": "rw,nosuid,nodev,size=1048576,mode=1777",
        },
        "Ulimits": [
          {
            "Hard": 2048,
            "Name": "nofile",
            "Soft": 1024,
          },
        ],
      },
      "Hostname": "lab",
      "Image": "kasmweb/desktop:1.18.0",
      "Labels": {
        "berth.gpus": "session1",
        "berth.image-id": "image1",
        "berth.install": "here",
        "berth.session": "session1",
        "berth.user": "user1",
      },
      "OpenStdin": false,
      "Tty": false,
      "User": "1000:1000",
      "name": "berth-session1",
    }
  `)
})

test('a forbidden capability, host network or directory is refused here too, whatever let it come this far [attack 26]', () => {
  const spec = specOf()
  const capAdd = ['SYS_ADMIN'] as unknown as NonNullable<typeof spec.options.capAdd>
  expect(() => toCreateOptions({ ...spec, options: { capAdd } })).toThrow('SYS_ADMIN')
  for (const network of ['host', 'none', 'container:abc'])
    expect(() => toCreateOptions({ ...spec, network })).toThrow('never given')
  for (const source of [
    '/',
    '/etc',
    '/proc/1/root',
    '/var/run/docker.sock',
    '/run/docker.sock',
    '/srv/../etc',
    '/var/lib/docker/x',
  ])
    expect(() => toCreateOptions({ ...spec, binds: [{ source, target: '/x', readOnly: true }] }), source).toThrow('never given')
})

test('no image that the schemas accept, however strange, makes a container that is privileged or shares anything with its host [attack 25, 26, 28]', {
  timeout: 30_000,
}, () => {
  const capabilities = ['SYS_PTRACE', 'SYS_ADMIN', 'NET_ADMIN', 'ALL', 'MKNOD', 'SYS_MODULE', 'CHOWN', 'cap_sys_admin']
  const paths = [
    '/data',
    '/',
    '/etc',
    '/var/run/docker.sock',
    '/run/docker.sock',
    '/srv/x',
    '/proc/1/root',
    '/srv/../var/run/docker.sock',
  ]
  const rawOptions = fc.record(
    {
      capAdd: fc.array(fc.constantFrom(...capabilities), { maxLength: 3 }),
      network: fc.constantFrom('lab', 'host', 'none', 'container:x', 'bridge', 'default'),
      devices: fc.array(fc.constantFrom('/dev/dri', '/dev/sda', '/dev/kvm', '/dev/mem', '/dev/net/tun'), { maxLength: 2 }),
      user: fc.constantFrom('0', 'root', '1000:1000', 'root:docker'),
      sysctls: fc.dictionary(fc.constantFrom('kernel.shmmax', 'kernel.core_pattern', 'net.ipv4.ip_forward'), fc.constant('1'), {
        noNullPrototype: true,
      }),
      groupAdd: fc.array(fc.constantFrom('video', 'docker', '999'), { maxLength: 2 }),
      readOnlyRoot: fc.boolean(),
      privileged: fc.constant(true),
      securityOpt: fc.constant(['seccomp=unconfined']),
      pidMode: fc.constant('host'),
    },
    { requiredKeys: [], noNullPrototype: true },
  )
  const rawEnvironment = fc.dictionary(
    fc.constantFrom('NVIDIA_VISIBLE_DEVICES', 'VNC_PW', 'LD_PRELOAD', 'EDITOR', 'cuda_visible_devices', 'VNCOPTIONS'),
    fc.string({ maxLength: 5 }),
    { noNullPrototype: true },
  )
  const rawVolume = fc.oneof(
    fc.record(
      { kind: fc.constant('bind'), source: fc.constantFrom(...paths), target: fc.constantFrom(...paths) },
      { noNullPrototype: true },
    ),
    fc.record(
      { kind: fc.constant('volume'), name: fc.constantFrom('data', '../x', '/etc'), target: fc.constantFrom(...paths) },
      { noNullPrototype: true },
    ),
  )
  const kept = new Set<string>()
  fc.assert(
    fc.property(rawOptions, rawEnvironment, fc.array(rawVolume, { maxLength: 2 }), (options, environment, volumes) => {
      const spec = specOf({
        dockerOptions: DockerOptions.parse(onlyAccepted(options, DockerOptions)),
        environment: Environment.parse(onlyAccepted(environment, Environment)),
        volumes: volumes.flatMap((volume) => VolumeMount.safeParse(volume).data ?? []),
      })
      for (const key of Object.keys(spec.options)) kept.add(key)
      let created: ReturnType<typeof toCreateOptions>
      try {
        created = toCreateOptions(spec)
      } catch (error) {
        expect(error).toMatchObject({ code: 'container_failed' })
        return
      }
      assertHarmless(created)
    }),
    { numRuns: 300 },
  )
  // Had nothing been accepted, nothing would have been shown.
  expect([...kept].sort()).toEqual(['capAdd', 'devices', 'groupAdd', 'network', 'readOnlyRoot', 'sysctls', 'user'])
})

/** What a schema refuses is left out field by field, so that what it accepts is tried in every combination. */
function onlyAccepted(raw: object, schema: { safeParse(value: unknown): { success: boolean } }): object {
  return Object.fromEntries(Object.entries(raw).filter(([key, value]) => schema.safeParse({ [key]: value }).success))
}

function assertHarmless(created: ReturnType<typeof toCreateOptions>): void {
  const host = created.HostConfig ?? {}
  expect(host.Privileged).toBe(false)
  expect(host.CapDrop).toEqual(['ALL'])
  for (const capability of ['SYS_ADMIN', 'NET_ADMIN', 'SYS_MODULE', 'MKNOD', 'ALL', 'cap_sys_admin'])
    expect(host.CapAdd).not.toContain(capability)
  expect(host.SecurityOpt).toEqual(['no-new-privileges'])
  for (const mode of [host.NetworkMode, host.PidMode, host.IpcMode, host.UTSMode, host.UsernsMode]) {
    expect(mode ?? '').not.toMatch(/^(host|container:)/)
  }
  expect(host.Binds).toBeUndefined()
  expect(host.VolumesFrom).toBeUndefined()
  expect(host.Links).toBeUndefined()
  expect(host.PublishAllPorts).toBe(false)
  expect(host.RestartPolicy).toEqual({ Name: 'no' })
  for (const mount of host.Mounts ?? [])
    expect(mount.Source).not.toMatch(/docker\.sock|^\/(etc|proc|sys|dev|var\/run|run)?($|\/)|\.\./)
  for (const mount of host.Mounts ?? []) expect(mount.BindOptions?.Propagation ?? 'rprivate').toBe('rprivate')
  for (const device of host.Devices ?? []) {
    expect(device.CgroupPermissions).toBe('rw')
    expect(device.PathOnHost).not.toMatch(/sda|mem/)
  }
  const environment = created.Env ?? []
  expect(environment.filter((line) => line.startsWith('NVIDIA_VISIBLE_DEVICES='))).toEqual(['NVIDIA_VISIBLE_DEVICES=void'])
  expect(environment.filter((line) => line.startsWith('VNC_PW='))).toEqual(['VNC_PW=secret'])
  expect(environment.some((line) => /^(LD_|CUDA_VISIBLE)/i.test(line))).toBe(false)
}

test('only an authoring session may become root inside, with Docker’s default capabilities and its seccomp profile', () => {
  const hardening = ({ HostConfig }: ReturnType<typeof toCreateOptions>) => ({
    CapDrop: HostConfig?.CapDrop,
    CapAdd: HostConfig?.CapAdd,
    SecurityOpt: HostConfig?.SecurityOpt,
    Privileged: HostConfig?.Privileged,
  })
  expect(hardening(toCreateOptions(specOf({ authoring: true })))).toEqual({
    CapDrop: [],
    CapAdd: [],
    SecurityOpt: [],
    Privileged: false,
  })
  expect(hardening(toCreateOptions(specOf({ authoring: false })))).toEqual({
    CapDrop: ['ALL'],
    CapAdd: [],
    SecurityOpt: ['no-new-privileges'],
    Privileged: false,
  })
})
