/** Domains under which anybody can have a name within minutes, and with it an origin that a pattern admits. */
const HOSTING = new Set([
  'amazonaws.com',
  'amplifyapp.com',
  'appspot.com',
  'azurestaticapps.net',
  'azurewebsites.net',
  'bitbucket.io',
  'cloudfront.net',
  'codesandbox.io',
  'csb.app',
  'deno.dev',
  'firebaseapp.com',
  'fly.dev',
  'github.io',
  'gitlab.io',
  'glitch.me',
  'herokuapp.com',
  'lovable.app',
  'myshopify.com',
  'netlify.app',
  'ngrok-free.app',
  'ngrok.app',
  'ngrok.io',
  'onrender.com',
  'pages.dev',
  'railway.app',
  'repl.co',
  'replit.app',
  'run.app',
  'stackblitz.io',
  'surge.sh',
  'trycloudflare.com',
  'up.railway.app',
  'vercel.app',
  'web.app',
  'webcontainer.io',
  'workers.dev',
])

/** The usual second levels of country domains: `co.uk`, `com.au`. */
const SECOND_LEVEL = /^(?:ac|co|com|edu|gob|gov|gv|ne|net|nom|or|org)\.[a-z]{2}$/

/** Names that never resolve in the public DNS (RFC 6761, RFC 6762, RFC 9476), or only within a company. */
const INTERNAL = new Set(['corp', 'home', 'internal', 'intranet', 'lan', 'local', 'localhost', 'test'])

/** Whether strangers can have hosts that end in this: `.com`, `.co.uk`, `.vercel.app`. */
export function isShared(end: string): boolean {
  const domain = end.slice(1)
  if (!domain.includes('.')) return !INTERNAL.has(domain)
  return HOSTING.has(domain) || SECOND_LEVEL.test(domain)
}
