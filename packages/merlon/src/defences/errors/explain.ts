import type { Explanation } from '../../contract/explanation.ts'
import type { Errors } from './options.ts'

export const explainErrors: Explanation<Errors> = {
  checklist: [
    {
      line: 'errors-closed',
      judge({ stack }) {
        const shown = stack === 'development' ? ', and in development shown to clients on the same machine' : ''
        return { status: 'met', reason: `What fails is told by status and request id; the rest is in the log${shown}.` }
      },
    },
  ],
  words: {
    format: 'form of an error',
    requestId: 'request id',
    typeBase: "beginning of a problem's type",
    stack: 'stack of an error is shown in',
    messages: 'words of a problem',
    language: 'language of a problem',
  },
}
