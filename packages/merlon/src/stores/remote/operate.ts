import { isPromise, type MaybePromise } from '../../contract/verdict.ts'
import type { Time } from './time.ts'

/** Whoever asks by hand waits longer than a request does. */
const OPERATOR_WAIT_MS = 5000

/** The store did not answer one who has to know: an operator's call fails, where a request's is decided without it. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
}

export function operate<T>(store: string, time: Time, call: () => MaybePromise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = time.timer(OPERATOR_WAIT_MS, () => {
      reject(new StoreUnavailable(`${store} has not answered within ${OPERATOR_WAIT_MS} ms`))
    })
    const fail = (error: unknown) => {
      cancel()
      reject(error)
    }
    const done = (value: T) => {
      cancel()
      resolve(value)
    }
    try {
      const answer = call()
      if (isPromise(answer)) answer.then(done, fail)
      else done(answer)
    } catch (error) {
      fail(error)
    }
  })
}
