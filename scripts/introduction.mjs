// @ts-check
// What `npm start` says once everything answers: the addresses, and five commands to paste. The README shows what they
// print, and a test runs them.

/**
 * @typedef {object} Addresses
 * @property {URL} direct the API itself
 * @property {URL} guarded the same API behind the gateway
 * @property {URL} admin
 */

/**
 * Each command asks the bare API first, then the protected one. They need a POSIX shell and curl.
 * @param {Addresses} addresses
 * @returns {[title: string, command: string][]}
 */
export function fiveCommands({ direct, guarded }) {
  const each = (/** @type {string} */ command) =>
    `for at in ${direct.host} ${guarded.host}; do echo "== $at"; ${command}; done`
  const guess = [
    "curl -s -o /dev/null -w '%{http_code} '",
    '-H "X-Forwarded-For: 203.0.113.$n"',
    "-H 'Content-Type: application/json'",
    `-d '{"email":"ada@bookshop.example","password":"guess '$n'"}'`,
    'http://$at/auth/login',
  ].join(' ')
  const order = [
    `{ printf '{"bookId":1,"note":"'; head -c 200000 /dev/zero | tr '\\0' a; printf '"}'; }`,
    "curl -s -o /dev/null -w '%{http_code}\\n' -H 'Content-Type: application/json' --data-binary @- http://$at/orders",
  ].join(' | ')
  const origin = "curl -s -o /dev/null -D - -H 'Origin: https://evil.example' http://$at/books"
  return [
    ['Security headers, and no name of the framework', each('curl -s -o /dev/null -D - http://$at/books/1')],
    ['A page of another origin that wants to read answers', each(`${origin} | grep -iE '^(HTTP|access-control|vary)'`)],
    [
      'Eight guesses of a password, each from a made-up address',
      each(`for n in 1 2 3 4 5 6 7 8; do ${guess}; done; echo`),
    ],
    ['An order with a note of 200 kB', each(order)],
    ['An error and what it tells', each('curl -s http://$at/boom; echo')],
  ]
}

/**
 * @param {Addresses} addresses
 * @param {{ sample: boolean, policy: string, logs: string[] }} what
 */
export function introduction(addresses, { sample, policy, logs }) {
  const { direct, guarded, admin } = addresses
  const lines = [
    '',
    `  ${direct.origin}   ${sample ? 'the sample API, without any protection' : 'your API'}`,
    `  ${guarded.origin}   the same API behind Merlon, with ${policy}`,
    `  ${admin.origin}   admin: /healthz and /readyz`,
    '',
  ]
  if (sample) {
    lines.push('Five commands to paste. Each asks the bare API first, then the protected one:', '')
    for (const [at, [title, command]] of fiveCommands(addresses).entries()) {
      lines.push(`${at + 1}. ${title}`, `   ${command}`, '')
    }
  }
  lines.push(`Logs: ${logs.join(', ')}. Ctrl-C stops ${sample ? 'both' : 'the gateway'}.`)
  return lines.join('\n')
}
