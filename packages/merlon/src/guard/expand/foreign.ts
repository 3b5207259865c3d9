/**
 * What other libraries call things, in lower case without word marks, and what they may be called here. The first name
 * that is known where the foreign one was written is the one that is suggested.
 */
export const FOREIGN: Readonly<Record<string, readonly string[]>> = {
  // express-rate-limit, rate-limiter-flexible, @fastify/rate-limit
  ratelimit: ['limits'],
  ratelimits: ['limits'],
  ratelimiter: ['limits'],
  throttle: ['limits'],
  max: ['rate', 'body'],
  limit: ['limits', 'rate', 'body'],
  points: ['rate'],
  windowms: ['rate'],
  window: ['rate'],
  duration: ['rate'],
  timewindow: ['rate'],
  keygenerator: ['by'],
  key: ['by'],
  standardheaders: ['headers'],
  legacyheaders: ['headers'],
  // cors
  origin: ['origins'],
  alloworigin: ['origins'],
  allowedorigins: ['origins'],
  alloworigins: ['origins'],
  allowedmethods: ['methods'],
  allowmethods: ['methods'],
  allowheaders: ['allowedHeaders'],
  exposeheaders: ['exposedHeaders'],
  allowcredentials: ['credentials'],
  optionssuccessstatus: ['preflightStatus'],
  // helmet
  helmet: ['headers'],
  securityheaders: ['headers'],
  contentsecuritypolicy: ['csp'],
  stricttransportsecurity: ['hsts'],
  frameguard: ['xFrameOptions'],
  nosniff: ['xContentTypeOptions'],
  ienoopen: ['xDownloadOptions'],
  dnsprefetchcontrol: ['xDnsPrefetchControl'],
  permittedcrossdomainpolicies: ['xPermittedCrossDomainPolicies'],
  xssfilter: ['xXssProtection'],
  hidepoweredby: ['remove'],
  xpoweredby: ['remove'],
  // Express, body-parser, multer, proxies
  bodylimit: ['size', 'body'],
  bodyparser: ['size'],
  maxbodysize: ['size', 'body'],
  clientmaxbodysize: ['size', 'body'],
  filesize: ['body'],
  maxbytes: ['body'],
  maxdepth: ['depth'],
  maxkeys: ['keys'],
  parameterlimit: ['keys'],
  inflate: ['encodings'],
  trustproxy: ['client', 'proxies'],
  trustedproxies: ['client', 'proxies'],
  proxy: ['client', 'proxies'],
  ip: ['client'],
  allowlist: ['allow'],
  whitelist: ['allow'],
  denylist: ['deny'],
  blacklist: ['deny'],
  blocklist: ['deny'],
  errorhandler: ['errors'],
  problemdetails: ['errors'],
  // Express' and Rails' ways to HTTPS, Django's and Vite's lists of hosts, API versioning of Nest and ASP.NET
  forcessl: ['transport', 'http'],
  enforcehttps: ['transport', 'http'],
  requirehttps: ['transport', 'http'],
  httpsonly: ['transport', 'http'],
  https: ['transport', 'http'],
  tls: ['transport'],
  allowedhosts: ['transport', 'hosts'],
  trustedhosts: ['transport', 'hosts'],
  host: ['hosts', 'transport'],
  versioning: ['versions'],
  apiversion: ['versions', 'header'],
  defaultversion: ['default'],
  env: ['environments'],
  environment: ['environments'],
  paths: ['routes'],
  endpoints: ['routes'],
  extends: ['preset'],
}

/** What a foreign name is called here, where that is one of `known`. */
export function translate(name: string, known: readonly string[]): string | undefined {
  const bare = name.toLowerCase().replace(/[\s_-]/g, '')
  const candidates = Object.hasOwn(FOREIGN, bare) ? FOREIGN[bare] : undefined
  return candidates?.find((each) => known.includes(each))
}
