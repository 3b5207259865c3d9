/** The settings that only make sense together. */
interface Related {
  readonly origins: readonly string[]
  readonly methods: readonly string[]
  readonly allowedHeaders: readonly string[]
  readonly exposedHeaders?: readonly string[] | undefined
  readonly credentials: boolean
}

interface Conflict {
  readonly path: readonly string[]
  readonly expected: string
}

/** What is wrong only in combination; asked when the policy is read, and again once variables are resolved. */
export function conflicts(options: Related): readonly Conflict[] {
  const found: Conflict[] = []
  if (options.origins.includes('*') && options.origins.length > 1) {
    found.push({ path: ['origins'], expected: '"*" alone, or origins alone; beside "*" a list says nothing' })
  }
  if (!options.credentials) return found
  if (options.origins.includes('*')) {
    // Browsers refuse the pair (Fetch, "CORS protocol and credentials"); whoever writes it would go on to reflect every
    // origin.
    found.push({
      path: ['origins'],
      expected: 'a list of origins where credentials are on; "*" and credentials exclude each other',
    })
  }
  for (const key of ['methods', 'allowedHeaders', 'exposedHeaders'] as const) {
    // With credentials a browser takes "*" for a name (Fetch, "HTTP responses"): it would silently admit nothing.
    if (options[key]?.includes('*')) {
      found.push({
        path: [key],
        expected: 'names where credentials are on; browsers do not take "*" for all of them then',
      })
    }
  }
  return found
}
