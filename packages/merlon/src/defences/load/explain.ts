import type { Explanation } from '../../contract/explanation.ts'
import type { Load } from './options.ts'

export const explainLoad: Explanation<Load> = {
  words: {
    priority: 'priority',
    'shed.lagMs': 'lag of the event loop at which requests are shed',
    'shed.memory': 'share of the memory at which requests are shed',
    'delay.quota': 'requests without delay',
    'delay.stepMs': 'delay for each request more',
    'delay.maxMs': 'longest delay',
    'delay.queue': 'requests that may wait',
    'concurrency.client': 'requests of a client at once',
    'concurrency.all': 'requests at once',
  },
}
