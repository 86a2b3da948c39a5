/** How channels are called and how old their values are. Pure. */
import type { Channel, Value, Values } from "boardcast-client";

/** Whether two lists of channels say the same, so that nothing needs to be drawn anew. */
export function sameChannels(one: Record<string, Channel>, other: Record<string, Channel>): boolean {
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  return names.every((name) => {
    const [a, b] = [one[name], Object.hasOwn(other, name) ? other[name] : undefined];
    return a && b && a.time === b.time && a.unit === b.unit && a.label === b.label;
  });
}

/** A copy that does not change when the original does. */
export function copyChannels(channels: Record<string, Channel>): Record<string, Channel> {
  const copies = Object.entries(channels).map(([name, channel]): [string, Channel] => [name, { ...channel }]);
  return Object.fromEntries(copies);
}

/** What is configured of a channel. Names are chosen by boards, and `constructor` is one. */
export function settings(channels: Record<string, Channel>, name: string): Channel {
  return (Object.hasOwn(channels, name) ? channels[name] : undefined) ?? {};
}

/** A channel's newest value; undefined before the first. */
export function valueOf(values: Values, name: string): Value | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** When a channel had its value, if that was noticeably before the board's newest reading. Boards that send
 * their channels in turns, a line each, have no old ones. */
export function ownTime(
  { channels, heard }: { channels: Record<string, Channel>; heard: number | undefined },
  name: string,
): number | undefined {
  const { time } = settings(channels, name);
  return time !== undefined && heard !== undefined && heard - time >= IN_TURNS_MS ? time : undefined;
}

const IN_TURNS_MS = 10_000;
