/** Values as a plot sees them. Pure. */
import type { Value } from "boardcast-client";

/** Stands where a board said that it has no value: the line breaks there. No value is infinite. */
export const SAID_NOTHING = Infinity;

/** A value as a number: booleans are 0 or 1, null is `SAID_NOTHING`, and texts, as what was not said
 * at all, are `NaN`: the line passes over them. */
export function numberOf(value: Value | undefined): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  return value === null ? SAID_NOTHING : NaN;
}
