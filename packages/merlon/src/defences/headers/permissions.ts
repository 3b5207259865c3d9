/** A feature of the browser, and who may use it: nobody where the list is empty. */
export type Permissions = Readonly<Record<string, readonly string[]>>

/** What no answer of an API needs, and what a page has to ask for by name in the policy. */
export const powerful: Permissions = nobody(
  'accelerometer',
  'bluetooth',
  'browsing-topics',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'serial',
  'usb',
  'window-management',
  'xr-spatial-tracking',
)

/** What pages do use; browsers grant it to the page alone, not to frames of other sites. */
export const everyday: Permissions = nobody(
  'autoplay',
  'clipboard-read',
  'clipboard-write',
  'encrypted-media',
  'fullscreen',
  'gamepad',
  'picture-in-picture',
  'publickey-credentials-create',
  'publickey-credentials-get',
  'screen-wake-lock',
  'web-share',
)

function nobody(...features: readonly string[]): Permissions {
  return Object.fromEntries(features.map((feature) => [feature, []]))
}

const FEATURE = /^[a-z][a-z0-9-]*$/
const ORIGIN = /^https?:\/\/(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?::[0-9]{1,5})?$/

export const FEATURE_EXPECTED = 'a feature in lower case, such as "geolocation"'

export function isFeature(name: string): boolean {
  return FEATURE.test(name)
}

/** What was expected in place of one entry of a feature's list; undefined where it is fine. */
export function wrongGrant(entry: string, all: readonly string[]): string | undefined {
  if (entry === '*') return all.length === 1 ? undefined : '"*" alone; beside it a list says nothing'
  if (entry === "'self'" || entry === "'none'") return 'words without quotes here: "self", or an empty list for nobody'
  return entry === 'self' || ORIGIN.test(entry)
    ? undefined
    : 'one of "self", "*", or an origin such as "https://maps.example.com"'
}

/** A dictionary of structured fields (RFC 9651 §3.2), as Permissions Policy §5.2 wants it. */
export function formatPermissions(permissions: Permissions): string {
  return Object.entries(permissions)
    .map(([feature, list]) => `${feature}=${formatList(list)}`)
    .join(', ')
}

function formatList(list: readonly string[]): string {
  if (list[0] === '*') return '*'
  return `(${list.map((entry) => (entry === 'self' ? 'self' : `"${entry}"`)).join(' ')})`
}
