/** Which channels share a plot. Pure. */
import type { Channel } from "boardcast-client";

/** Channels of one unit, in the board's order. */
export interface Group {
  /** Empty for those without a unit. */
  unit: string;
  channels: string[];
}

/** Those of `channels`, which have numbers, by the unit that the board's `known` channels have. */
export function groupsOf(channels: readonly string[], known: Readonly<Record<string, Channel>>): Group[] {
  const places = new Map(Object.keys(known).map((name, at) => [name, at]));
  const place = (name: string) => places.get(name) ?? Infinity;
  const groups = new Map<string, Group>();
  for (const name of channels.toSorted((one, other) => compare(place(one), place(other)))) {
    const unit = (Object.hasOwn(known, name) && known[name]?.unit) || "";
    const group = groups.get(unit) ?? { unit, channels: [] };
    group.channels.push(name);
    groups.set(unit, group);
  }
  return [...groups.values()];
}

/** Two that are both at no place stay as they are. */
function compare(one: number, other: number): number {
  return one === other ? 0 : one - other;
}
