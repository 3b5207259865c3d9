import type { Facts } from '../contract/facts.ts'
import { type Refusal, refuse, type Verdict } from '../contract/verdict.ts'

/**
 * Requests whose length or target two readers could take differently: the ground of request smuggling (RFC 9112 §6.3,
 * §11.2). Servers refuse most of these by themselves; the guard does not rely on it. Never observed, always enforced.
 */
export function framing(facts: Facts): Verdict {
  const coding = facts.header('transfer-encoding')
  const length = facts.header('content-length')
  if (coding !== undefined) {
    if (length !== undefined) return ambiguous('Content-Length and Transfer-Encoding exclude each other.')
    if (coding.toLowerCase() !== 'chunked') return ambiguous('The only transfer coding taken here is chunked.')
  } else if (length !== undefined) {
    if (!/^\d{1,15}$/.test(length) || facts.lines('content-length').length > 1) {
      return ambiguous('Content-Length has to be one decimal number.')
    }
  }
  const hosts = facts.lines('host')
  if (hosts.length > 1) return ambiguous('There has to be one Host header.')
  if (hosts.length === 1 && !HOST.test(hosts[0] as string)) return ambiguous('The Host header is not a host.')
  return undefined
}

/** A name or an address, and a port (RFC 9110 §7.2); empty is allowed there and here. */
const HOST = /^(?:[A-Za-z0-9._~!$&'()*+,=-]*|\[[0-9A-Fa-f:.]+\])(?::\d{0,5})?$/

function ambiguous(detail: string): Refusal {
  return refuse('request-ambiguous', { detail, close: true })
}
