// What the tests with an engine and a browser need of the machine.
export const testPrograms = [
  { program: 'dockerd', packages: ['docker.io', 'iptables'] },
  { program: 'ip', packages: ['iproute2'] },
  { program: 'mmdebstrap', packages: ['mmdebstrap'] },
  { program: 'chromium', packages: ['chromium'] },
  { program: 'bwrap', packages: ['bubblewrap'] },
  { program: 'docker-registry', packages: ['docker-registry'] },
  { program: 'sshd', packages: ['openssh-server'] },
  { program: 'busybox', packages: ['busybox-static'] },
]
