/**
 * What a subscriber wants, in the words of the protocol.
 */

/** What to subscribe to. */
export interface Wanted {
  /** Names of boards, or globs such as `lab-*`; at most 64. All, if there are none. */
  boards?: string | string[];
  /** At most so many readings in a second of each board, 0.01 to 1000. */
  maxRate?: number;
  /** So many past events first. */
  history?: number;
  /** Every line as it came, too. */
  lines?: boolean;
}

/** The members of a `subscribe` message. */
export function members({ boards, maxRate, history, lines }: Wanted): Record<string, unknown> {
  const all = { boards, max_rate: maxRate, history, lines, batch: true };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** The same as a query, with the place to go on from. */
export function query(wanted: Wanted, resume?: object): string {
  const all = Object.entries({ ...members(wanted), ...resume });
  return String(new URLSearchParams(all.map(([name, value]) => [name, String(value)])));
}
