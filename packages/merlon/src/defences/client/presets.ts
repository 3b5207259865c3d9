/** Addresses that a policy can name instead of listing them. */
export interface Preset {
  readonly ranges: readonly string[]
  /** How many hops count as proxies when the nearest one is in `ranges`; 0 where each hop is judged by its address. */
  readonly hops: number
}

/** RFC 1122 §3.2.1.3, RFC 4291 §2.5.3. */
const LOOPBACK = ['127.0.0.0/8', '::1/128']

/** RFC 1918 and RFC 4193: what cluster networks, containers and virtual private clouds use. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']

/** As published at https://www.cloudflare.com/ips/. */
const CLOUDFLARE = [
  '173.245.48.0/20',
  '103.21.244.0/22',
  '103.22.200.0/22',
  '103.31.4.0/22',
  '141.101.64.0/18',
  '108.162.192.0/18',
  '190.93.240.0/20',
  '188.114.96.0/20',
  '197.234.240.0/22',
  '198.41.128.0/17',
  '162.158.0.0/15',
  '104.16.0.0/13',
  '104.24.0.0/14',
  '172.64.0.0/13',
  '131.0.72.0/22',
  '2400:cb00::/32',
  '2606:4700::/32',
  '2803:f800::/32',
  '2405:b500::/32',
  '2405:8100::/32',
  '2a06:98c0::/29',
  '2c0f:f248::/32',
]

/** As published at https://api.fastly.com/public-ip-list. */
const FASTLY = [
  '23.235.32.0/20',
  '43.249.72.0/22',
  '103.244.50.0/24',
  '103.245.222.0/23',
  '103.245.224.0/24',
  '104.156.80.0/20',
  '140.248.64.0/18',
  '140.248.128.0/17',
  '146.75.0.0/17',
  '151.101.0.0/16',
  '157.52.64.0/18',
  '167.82.0.0/17',
  '167.82.128.0/20',
  '167.82.160.0/20',
  '167.82.224.0/20',
  '172.111.64.0/18',
  '185.31.16.0/22',
  '199.27.72.0/21',
  '199.232.0.0/16',
  '2a04:4e40::/32',
  '2a04:4e42::/32',
]

/**
 * Google's front ends, as published at https://cloud.google.com/load-balancing/docs/https#firewall-rules. They append
 * two addresses, the client's and the load balancer's own public one, which no published range holds: by address alone
 * every client would be the load balancer. Hence two hops.
 */
const GCP_LB = ['130.211.0.0/22', '35.191.0.0/16', '2600:2d00:1:1::/64']

/** What `proxies` can name. Clouds whose proxies have no stable, published addresses are left out on purpose. */
export const proxyPresets: ReadonlyMap<string, Preset> = new Map([
  ['loopback', { ranges: LOOPBACK, hops: 0 }],
  ['private', { ranges: PRIVATE, hops: 0 }],
  ['cloudflare', { ranges: CLOUDFLARE, hops: 0 }],
  ['fastly', { ranges: FASTLY, hops: 0 }],
  ['gcp-lb', { ranges: GCP_LB, hops: 2 }],
])

/** What `allow`, `deny` and `from` can name. */
export const networkPresets: ReadonlyMap<string, readonly string[]> = new Map([
  ['loopback', LOOPBACK],
  ['private', PRIVATE],
])

/** Addresses that no client on the internet has: private, shared (RFC 6598) and link-local (RFC 3927, RFC 4291). */
export const localRanges: readonly string[] = [...PRIVATE, '100.64.0.0/10', '169.254.0.0/16', 'fe80::/10']

export const loopbackRanges: readonly string[] = LOOPBACK
