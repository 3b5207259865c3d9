import type { Explanation } from '../../contract/explanation.ts'
import type { Deadline } from './options.ts'

export const explainDeadline: Explanation<Deadline> = {
  words: {
    totalMs: 'time for a whole request',
    headersMs: 'time for the head of a request',
    bodyMs: 'time for a whole body',
    idleMs: 'time between two bytes of a body',
    handlerMs: 'time for the handler to begin its answer',
    answerMs: 'time for an answer that has begun',
  },
}
