/** Which boards a search means. Pure. */
import type { Channel, State } from "boardcast-client";

/** What a search looks at. */
export interface Searched {
  name: string;
  state: State;
  channels: Record<string, Channel>;
}

/** A search that is made ready once for many boards: every word of it must be part of the board's name or
 * state, or of a channel's name or label. Case does not count; an empty search means all. */
export function searchFor(words: string): (board: Searched) => boolean {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return () => true;
  return (board) => {
    const texts = [board.name, board.state];
    for (const [name, { label }] of Object.entries(board.channels)) texts.push(name, label ?? "");
    // Between two texts stands what no word can hold.
    const all = texts.join("\n").toLowerCase();
    return wanted.every((word) => all.includes(word));
  };
}

/** How many boards there are of each state, worst first; states of no board are left out. */
export function countStates(states: readonly State[]): [State, number][] {
  const count = (state: State) => states.filter((each) => each === state).length;
  return WORST_FIRST.map((state): [State, number] => [state, count(state)]).filter(([, many]) => many > 0);
}

const WORST_FIRST: readonly State[] = ["offline", "stale", "connecting", "online"];
