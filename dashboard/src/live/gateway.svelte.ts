/** The dashboard's connection: one subscriber to all boards, slowed to what eyes can follow. */
import { connect, type Connection, type Hello } from "boardcast-client";
import { Boards } from "./boards.svelte.ts";
import { refreshStatus } from "./status.svelte.ts";

/** Numbers that change faster cannot be read. */
const RATE_HZ = 4;

/** Past events for the small lines where nothing is on disk: half a megabyte at most in practice. */
const PAST_EVENTS = 500;

/** After a longer break the present counts, and curves come from the history: replaying an hour of
 * many boards takes longer than two seconds. */
const REPLAY_MS = 60_000;

/** What a break took: events that this page will not see in its live values. */
export interface Missing {
  /** When the last message before it came, and the first after it; by the browser's clock. */
  from: number;
  to: number;
  /** How many; undefined if nobody knows, since the gateway has begun anew. */
  missed: number | undefined;
  /** Whether `missed` may be too high. */
  atMost: boolean;
}

const client = connect(undefined, { maxRate: RATE_HZ, history: PAST_EVENTS, resumeFor: REPLAY_MS });
const boards = new Boards(client);
let connection: Connection = $state.raw(client.connection);
let hello: Hello | undefined = $state.raw();
let missing: Missing | undefined = $state.raw();
let heard = 0;
let lost: number | undefined = $state();

client.on("connection", (now) => {
  connection = now;
  // Every attempt is a new state; what people ask is since when there is none.
  if (now.state === "open") lost = undefined;
  else if (hello) lost ??= now.since;
});
client.on("hello", (now) => {
  // Another numbering that does not go on: the gateway has restarted and keeps nothing on disk.
  if (hello && !now.resumed && hello.stream !== now.stream) {
    missing = { from: heard, to: Date.now(), missed: undefined, atMost: false };
  }
  hello = now;
  void refreshStatus();
});
client.on("gap", (gap) => {
  missing = { from: heard, to: Date.now(), missed: gap.missed, atMost: gap.atmost ?? false };
});
client.on("clock", () => void refreshStatus());
client.on("message", (message) => {
  // A gap follows the hello, and both tell of the time before them.
  if (message.type !== "hello" && message.type !== "gap") heard = Date.now();
});

/** The one connection that all pages share. */
export const gateway = {
  client,
  boards,
  get connection(): Connection {
    return connection;
  },
  /** Since when the connection is lost, by the browser's clock; undefined while it is there, and before the first. */
  get lost(): number | undefined {
    return lost;
  },
  get hello(): Hello | undefined {
    return hello;
  },
  get missing(): Missing | undefined {
    return missing;
  },
  /** Somebody has read what is missing. */
  dismissMissing(): void {
    missing = undefined;
  },
};
