/** Which lines somebody wants to see. Pure. */

/** What a filter lets through. */
export interface Filter {
  /** Whether a line passes. */
  passes: (text: string) => boolean;
  /** Why it filters nothing though something is written; empty if it is right. */
  problem: string;
}

/** Longer lines are looked at up to here: a pattern that goes back and forth takes longer with each character. */
const LOOKED_AT = 1000;

/** Reads what is in the filter's field: plain text in any case, or `/regex/` with flags behind it.
 * A pattern that is none lets everything through, and says why. */
export function parseFilter(written: string): Filter {
  const pattern = /^\/(.+)\/([a-z]*)$/s.exec(written);
  if (pattern) return byPattern(pattern[1] ?? "", pattern[2] ?? "");
  const wanted = written.toLowerCase();
  return { passes: (text) => wanted === "" || text.toLowerCase().includes(wanted), problem: "" };
}

function byPattern(source: string, flags: string): Filter {
  try {
    // `g` and `y` remember where they were, so that every second line would fail.
    const pattern = new RegExp(source, flags.replace(/[gy]/g, ""));
    return { passes: (text) => pattern.test(text.slice(0, LOOKED_AT)), problem: "" };
  } catch (why) {
    const reason = why instanceof Error ? why.message.replace(/^.*: /s, "") : String(why);
    return { passes: () => true, problem: `This pattern is not right (${reason}): every line is shown.` };
  }
}
