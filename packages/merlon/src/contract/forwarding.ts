/** Headers by which proxies name the client, the common ones first. */
export const NAMING = [
  'x-forwarded-for',
  'forwarded',
  'x-real-ip',
  'cf-connecting-ip',
  'true-client-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'fly-client-ip',
  'fastly-client-ip',
  'x-envoy-external-address',
  'x-azure-clientip',
  'x-forwarded',
] as const

/** Headers that only somebody between client and server writes, whether or not they name the client. */
export const FORWARDING = [...NAMING, 'x-forwarded-proto', 'x-forwarded-host', 'via'] as const
