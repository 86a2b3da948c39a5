/** What a screen reader says when boards get worse: once, for all of them. Pure. */
import type { State } from "boardcast-client";

/** A board as the news need it. */
export interface Told {
  name: string;
  state: State;
  /** Why, in words; may be empty. */
  why: string;
}

/** More names in one sentence are not listened to. */
const NAMES = 3;

/** Remembers how boards were, and says what has got worse since. Bounded by the boards that it is shown. */
export class News {
  #before = new Map<string, State>();
  #begun = false;

  /** The news since it was asked last; empty if nothing got worse, and the first time. */
  since(boards: readonly Told[]): string {
    const worse = boards.filter(({ name, state }) => {
      const before = this.#before.get(name);
      return before !== undefined && badness(state) > badness(before);
    });
    this.#before = new Map(boards.map(({ name, state }) => [name, state]));
    const first = !this.#begun;
    this.#begun = true;
    return first ? "" : sentences(worse);
  }
}

function sentences(worse: readonly Told[]): string {
  if (worse.length > NAMES) {
    const names = worse.slice(0, NAMES).map(({ name }) => name);
    return `${worse.length} boards are no longer heard: ${names.join(", ")} and ${worse.length - NAMES} more.`;
  }
  return worse.map(({ name, state, why }) => `${name} is ${state}${why && `: ${why}`}.`).join(" ");
}

/** Only what is bad enough to interrupt a reader: a board that connects is not worse than one online. */
function badness(state: State): number {
  return { online: 0, connecting: 0, stale: 1, offline: 2, removed: 0 }[state] ?? 0;
}
