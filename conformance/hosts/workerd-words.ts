/** Which case a request is for; taken out before the guard sees it. */
export const CASE_HEADER = 'x-conformance-case'

/** Tells what the app of a case saw, and what its guard logged. */
export const READ_PATH = '/conformance-read'
