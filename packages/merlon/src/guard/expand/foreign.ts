/**
 * What other libraries call things, in lower case without word marks, and what they may be called here. The first name
 * that is known where the foreign one was written is the one that is suggested.
 */
const FOREIGN: Readonly<Record<string, readonly string[]>> = {
  // express-rate-limit, rate-limiter-flexible, @fastify/rate-limit
  ratelimit: ['limits'],
  ratelimits: ['limits'],
  ratelimiter: ['limits'],
  throttle: ['limits'],
  max: ['rate', 'quota'],
  limit: ['limits', 'rate', 'quota'],
  points: ['rate', 'quota'],
  windowms: ['rate', 'window'],
  window: ['rate'],
  duration: ['rate'],
  timewindow: ['rate'],
  keygenerator: ['by'],
  key: ['by'],
  // cors
  origin: ['origins'],
  alloworigin: ['origins'],
  allowedorigins: ['origins'],
  alloworigins: ['origins'],
  allowedmethods: ['methods'],
  allowmethods: ['methods'],
  allowedheaders: ['headers', 'requestHeaders', 'allowHeaders'],
  allowheaders: ['headers', 'requestHeaders'],
  exposedheaders: ['expose', 'exposeHeaders', 'exposed'],
  exposeheaders: ['expose', 'exposed'],
  optionssuccessstatus: ['preflightStatus'],
  allowcredentials: ['credentials'],
  // helmet
  helmet: ['headers'],
  securityheaders: ['headers'],
  contentsecuritypolicy: ['csp'],
  stricttransportsecurity: ['hsts'],
  referrer: ['referrerPolicy'],
  xframeoptions: ['frameOptions', 'frames'],
  frameguard: ['frameOptions', 'frames'],
  xcontenttypeoptions: ['contentTypeOptions', 'nosniff'],
  crossoriginopenerpolicy: ['coop', 'openerPolicy'],
  crossoriginresourcepolicy: ['corp', 'resourcePolicy'],
  crossoriginembedderpolicy: ['coep', 'embedderPolicy'],
  // Express, body-parser, multer, proxies
  bodylimit: ['size', 'body'],
  bodyparser: ['size'],
  maxbodysize: ['size', 'body'],
  clientmaxbodysize: ['size', 'body'],
  trustproxy: ['proxies', 'client'],
  trustedproxies: ['proxies'],
  proxy: ['proxies', 'client'],
  ip: ['client'],
  allowlist: ['allow'],
  whitelist: ['allow'],
  denylist: ['deny'],
  blacklist: ['deny'],
  blocklist: ['deny'],
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
