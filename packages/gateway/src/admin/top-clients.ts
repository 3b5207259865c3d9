/** A client, and how often it was refused. */
export interface Refusals {
  readonly client: string
  readonly refused: number
  /** By how much `refused` may be too high: what was counted for others in the same place before. */
  readonly error: number
}

interface Place {
  client: string
  refused: number
  error: number
}

const PLACES = 1000

/**
 * Who is refused most often, in a bounded number of places however many clients there are: whoever is new takes the place
 * of the one with the fewest, and its count (Metwally, Agrawal, El Abbadi: "Efficient Computation of Frequent and Top-k
 * Elements in Data Streams", 2005). Whoever has more than a thousandth of all refusals is always there.
 */
export class TopClients {
  readonly #places = new Map<string, Place>()
  /** Clients by their count, so that the fewest is found without a look at all. */
  readonly #byCount = new Map<number, Set<string>>()
  #fewest = 1

  note(client: string): void {
    const place = this.#places.get(client)
    if (place !== undefined) this.#count(place)
    else if (this.#places.size < PLACES) this.#add({ client, refused: 1, error: 0 })
    else this.#replace(client)
  }

  #replace(client: string): void {
    while ((this.#byCount.get(this.#fewest)?.size ?? 0) === 0) this.#fewest++
    const [given] = this.#byCount.get(this.#fewest) as Set<string>
    this.#remove(this.#places.get(given as string) as Place)
    this.#add({ client, refused: this.#fewest + 1, error: this.#fewest })
  }

  list(most = 20): readonly Refusals[] {
    return [...this.#places.values()].sort((a, b) => b.refused - a.refused).slice(0, most)
  }

  #count(place: Place): void {
    this.#remove(place)
    place.refused++
    this.#add(place)
  }

  #add(place: Place): void {
    this.#places.set(place.client, place)
    const same = this.#byCount.get(place.refused) ?? new Set()
    this.#byCount.set(place.refused, same.add(place.client))
    if (place.refused < this.#fewest) this.#fewest = place.refused
  }

  #remove({ client, refused }: Place): void {
    this.#places.delete(client)
    const same = this.#byCount.get(refused)
    same?.delete(client)
    if (same?.size === 0) this.#byCount.delete(refused)
  }
}
