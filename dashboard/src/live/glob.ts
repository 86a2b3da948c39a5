/** Names with `*` for any text, as in the gateway's subscriptions. Pure. */

/** Whether a name is what the pattern says: `porch-*`, `*`, `lab-1`. Letters' case counts, as in names of boards. */
export function isLike(pattern: string, name: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return name === first;
  const last = rest.pop() ?? "";
  if (!name.startsWith(first)) return false;
  let at = first.length;
  // The leftmost place for each piece leaves the most for those behind it: no backtracking, so
  // that a pattern from the address costs no more than its length.
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}

/** The names that one of the patterns means, each once: in the order of the patterns, within a
 * pattern in their own. No pattern at all means all of them. */
export function named(patterns: readonly string[], names: readonly string[]): string[] {
  if (patterns.length === 0) return [...names];
  return [...new Set(patterns.flatMap((pattern) => names.filter((name) => isLike(pattern, name))))];
}
