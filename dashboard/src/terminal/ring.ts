/** The newest things of many, at most so many. Pure. */

/** A ring: the newest push the oldest out. Adding costs the same however much is in it. */
export class Ring<T> {
  readonly capacity: number;
  #items: (T | undefined)[];
  #first = 0;
  #length = 0;

  /** `capacity` of at least 1. */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.#items = new Array<T | undefined>(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** Adds the newest, and returns what had to go for it. */
  push(item: T): T | undefined {
    const gone = this.#length === this.capacity ? this.shift() : undefined;
    this.#items[(this.#first + this.#length) % this.capacity] = item;
    this.#length += 1;
    return gone;
  }

  /** Takes the oldest out. */
  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const gone = this.#items[this.#first];
    this.#items[this.#first] = undefined;
    this.#first = (this.#first + 1) % this.capacity;
    this.#length -= 1;
    return gone;
  }

  /** The one at `index`, the oldest at 0; undefined outside. */
  at(index: number): T | undefined {
    if (index < 0 || index >= this.#length) return undefined;
    return this.#items[(this.#first + index) % this.capacity];
  }

  /** Those from `from` up to, not with, `to`; what lies outside is left out. */
  slice(from = 0, to = this.#length): T[] {
    const items: T[] = [];
    for (let index = Math.max(0, from); index < Math.min(to, this.#length); index += 1) {
      items.push(this.at(index) as T);
    }
    return items;
  }

  clear(): void {
    this.#items.fill(undefined);
    this.#length = 0;
  }
}
