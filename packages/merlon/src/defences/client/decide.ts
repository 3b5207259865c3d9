import type { Build, Compiled, Decide } from '../../contract/defence.ts'
import type { Facts } from '../../contract/facts.ts'
import { type Refusal, refuse } from '../../contract/verdict.ts'
import { Book, type Known } from './book.ts'
import { openContact } from './contact.ts'
import { forwardedList, plainList } from './elements.ts'
import { readForwarded } from './forwarded.ts'
import { compileNetworks, Lists, type Mistake } from './lists.ts'
import type { ClientOptions, ForwardingHeader } from './options.ts'
import { compileProxies } from './proxies.ts'
import { readSingle, type Stuck, type Walked, walk } from './walk.ts'

/** Policy-wide, who is calling; for a route, its own lists. */
export function compileClient(options: ClientOptions, build: Build): Compiled {
  const mistake: Mistake = (path, expected) => build.mistake(path, expected)
  if (build.route === '*') return { steps: { client: compileStep(options, build, mistake) } }
  const lists = new Lists(options, `client of ${build.route}`, mistake)
  return { steps: { 'client.lists': lists.isEmpty ? undefined : (facts) => lists.judge(facts.client) } }
}

/** The step `client`: lays down `client`, `viaProxy` and `secure`. */
function compileStep(options: ClientOptions, build: Build, mistake: Mistake): Decide {
  const { header } = options
  const proxies = compileProxies(options.proxies, mistake)
  const exempt = options.exempt && compileNetworks(options.exempt, ['exempt'], mistake)
  const book = new Book(proxies, new Lists(options, 'client', mistake), options.ipv6Prefix, exempt)
  const contact = openContact(header, proxies.none, build)
  const read = compileRead(header)

  return function decideClient(facts) {
    const { peer: address } = facts
    const peer = address === undefined ? book.nobody : (book.find(address) ?? book.nobody)
    if (!peer.declared && peer.hops === 0) {
      facts.client = peer.client
      facts.secure = facts.encrypted
      if (peer.reach === 'public') return peer.verdict
      return contact.stranger(facts, peer) ?? peer.verdict
    }
    facts.viaProxy = true
    const value = facts.header(header)
    if (value === undefined) {
      contact.silent(facts, peer)
      facts.client = peer.client
      facts.secure = secureBy(facts, header, '')
      return peer.verdict
    }
    const found = read(value, peer, book)
    if ('stuck' in found) return unreadable(facts, peer, header, found)
    facts.client = found.client.client
    facts.secure = secureBy(facts, header, found.element)
    return found.client.verdict
  }
}

function compileRead(header: ForwardingHeader): (value: string, peer: Known, book: Book) => Walked | Stuck {
  if (header === 'forwarded') return (value, peer, book) => walk(value, forwardedList, peer, book)
  if (header === 'x-forwarded-for') return (value, peer, book) => walk(value, plainList, peer, book)
  return readSingle
}

function unreadable(facts: Facts, peer: Known, header: ForwardingHeader, found: Stuck): Refusal {
  // Until the address is known the proxy answers for it, for the log and for whatever counts refusals.
  facts.client = peer.client
  return refuse('forwarded-malformed', {
    detail: `The header ${header} cannot be read.`,
    reason: `${header} from the proxy ${facts.peer ?? 'without an address'}: ${found.stuck}`,
  })
}

/**
 * Whether the client's own connection is HTTPS. The proxies' word wins over this socket, which only shows how the
 * nearest of them connects; without their word the socket decides.
 *
 * `Forwarded` says it in the element that names the client. `X-Forwarded-Proto` has no such order: some proxies
 * replace it and some append, so where it lists several, all have to be HTTPS. A client that adds to it can only make
 * itself less secure.
 */
function secureBy(facts: Facts, header: ForwardingHeader, element: string): boolean {
  const word = header === 'forwarded' ? readForwarded(element)?.proto : facts.header('x-forwarded-proto')
  if (word === undefined) return facts.encrypted
  return word === 'https' || (word !== 'http' && word.split(',').every(isSecure))
}

function isSecure(scheme: string): boolean {
  const lower = scheme.trim().toLowerCase()
  return lower === 'https' || lower === 'wss'
}
