/**
 * Who listens to what.
 */

type Listener<T> = (message: T) => void;

/** Calls listeners by type of event. One that throws is reported, and stops nobody. */
export class Listeners<Events extends object> {
  #lists = new Map<keyof Events, Set<Listener<never>>>();

  add<K extends keyof Events>(type: K, listener: Listener<Events[K]>): () => void {
    const list = this.#lists.get(type) ?? new Set();
    this.#lists.set(type, list);
    // A function of its own, so that one added twice is called twice, and undone once.
    const own: Listener<Events[K]> = (message) => listener(message);
    list.add(own);
    return () => list.delete(own);
  }

  call<K extends keyof Events>(type: K, message: Events[K]): void {
    // A copy: who adds a listener while listening does not hear the same message again.
    for (const listener of [...(this.#lists.get(type) ?? [])] as Listener<Events[K]>[]) {
      try {
        listener(message);
      } catch (error) {
        (globalThis.reportError ?? console.error)(error);
      }
    }
  }
}
