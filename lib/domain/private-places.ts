// Where programs keep what belongs to one person: taken out of a container before an image is made of it. Paths are below a home
// directory; `*` stands for one part of a path. docs/save-as-image.md lists them for people.

/** Of the session itself. */
const session = [
  '.kasmpasswd',
  '.vnc',
  '.Xauthority',
  '.ICEauthority',
  '.xsession-errors',
  '.xsession-errors.old',
  '.dbus',
  '.config/pulse',
]

/** Keys that open something. */
const keys = ['.ssh', '.gnupg', '.password-store', '.pki', '.local/share/keyrings', '.local/share/kwalletd']

/** Logins and tokens of command-line tools. */
const tokens = [
  '.aws',
  '.azure',
  '.boto',
  '.s3cfg',
  '.mc/config.json',
  '.config/gcloud',
  '.config/rclone',
  '.config/doctl',
  '.oci',
  '.netrc',
  '.git-credentials',
  '.config/git/credentials',
  '.config/gh',
  '.config/glab-cli',
  '.config/hub',
  '.docker/config.json',
  '.config/containers/auth.json',
  '.kube',
  '.vault-token',
  '.terraform.d/credentials.tfrc.json',
  '.huggingface',
  '.kaggle',
  '.config/kaggle',
  '.config/wandb',
  '.config/openai',
  '.databrickscfg',
  '.npmrc',
  '.yarnrc',
  '.pypirc',
  '.cargo/credentials',
  '.cargo/credentials.toml',
  '.gem/credentials',
  '.m2/settings.xml',
  '.config/Code/User/globalStorage/state.vscdb',
  '.config/Code/User/globalStorage/state.vscdb.backup',
  '.local/share/code-server/User/globalStorage/state.vscdb',
  '.jupyter/jupyter_server_config.json',
  '.local/share/jupyter/runtime',
  '.local/share/jupyter/notebook_secret',
  '.local/share/jupyter/notebook_cookie_secret',
  '.pgpass',
  '.my.cnf',
  '.smbcredentials',
  '.fetchmailrc',
  '.msmtprc',
]

/** What was typed, opened or visited. */
const history = [
  '.*_history',
  '.*history',
  '.histfile',
  '.lesshst',
  '.viminfo',
  '.wget-hsts',
  '.local/share/fish/fish_history',
  '.local/share/powershell/PSReadLine/ConsoleHost_history.txt',
  '.local/share/recently-used.xbel',
  '.local/state/*/history',
  '.ipython/profile_*/history.sqlite*',
  '.local/share/Trash',
  '.local/share/gvfs-metadata',
  '.config/xfce4/terminal/.history',
]

const caches = ['.cache', '.npm/_cacache', '.npm/_logs', '.thumbnails']

/** Chromium and what is built on it: beside these files a profile keeps settings and extensions, which stay. */
const chromiumFiles = [
  'Cookies*',
  'Network/Cookies*',
  'Login Data*',
  'Web Data*',
  'History*',
  'Visited Links',
  'Top Sites*',
  'Favicons*',
  'Sessions',
  'Current Session',
  'Current Tabs',
  'Last Session',
  'Last Tabs',
  'Local Storage',
  'Session Storage',
  'IndexedDB',
  'Service Worker',
  'Sync Data',
  'Accounts',
  'Cache',
  'Code Cache',
  'GPUCache',
]
const chromiumHomes = [
  '.config/chromium/*',
  '.config/google-chrome*/*',
  '.config/microsoft-edge*/*',
  '.config/vivaldi*/*',
  '.config/BraveSoftware/*/*',
  '.config/Code',
]
const chromiumRoots = [
  '.config/chromium',
  '.config/google-chrome*',
  '.config/microsoft-edge*',
  '.config/vivaldi*',
  '.config/BraveSoftware/*',
]

const firefoxFiles = [
  'cookies.sqlite*',
  'logins*.json',
  'key*.db',
  'signons.sqlite',
  'formhistory.sqlite*',
  'places.sqlite*',
  'favicons.sqlite*',
  'webappsstore.sqlite*',
  'sessionstore*',
  'storage',
  'signedInUser.json',
  'lock',
  '.parentlock',
]
const firefoxHomes = ['.mozilla/firefox/*', '.config/mozilla/firefox/*', '.thunderbird/*', '.librewolf/*']

/** Below every home directory of the container. */
export const privatePaths: readonly string[] = [
  ...session,
  ...keys,
  ...tokens,
  ...history,
  ...caches,
  ...chromiumHomes.flatMap((home) => chromiumFiles.map((file) => `${home}/${file}`)),
  ...chromiumRoots.flatMap((root) => ['Local State', 'Singleton*', 'Crash Reports'].map((file) => `${root}/${file}`)),
  ...firefoxHomes.flatMap((home) => firefoxFiles.map((file) => `${home}/${file}`)),
]

/** Gone only where a password stands in them: a mirror without one is part of the work. */
export const pathsWithLogins: readonly string[] = [
  '.pip/pip.conf',
  '.config/pip/pip.conf',
  '.config/uv/uv.toml',
  '.condarc',
  '.gitconfig',
  '.config/git/config',
  '.wgetrc',
  '.curlrc',
]
export const systemPathsWithLogins: readonly string[] = [
  '/etc/pip.conf',
  '/etc/apt/auth.conf',
  '/etc/apt/auth.conf.d/*',
  '/etc/wgetrc',
]

/** Of the whole container: what was there only while it ran, and what can be fetched again. */
export const emptiedFolders: readonly string[] = [
  '/tmp',
  '/var/tmp',
  '/var/cache/apt/archives',
  '/var/lib/apt/lists',
  '/var/lib/systemd/coredump',
]
export const systemPaths: readonly string[] = [
  '/etc/ssh/ssh_host_*',
  '/var/cache/apt/*.bin',
  '/var/log/*.log',
  '/var/log/apt/*.log',
]
