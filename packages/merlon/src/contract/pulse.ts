/** What a shared store tells to each of those who count in it. */
export interface Pulse {
  /** How many processes have asked of late, this one included; undefined where the store does not count them. */
  readonly instances: number | undefined
  /**
   * Another number than before once somebody has been forgotten or banned, a ban lifted, an override changed, or
   * everything reset: what processes remember of clients is void then.
   */
  readonly generation: number
}
