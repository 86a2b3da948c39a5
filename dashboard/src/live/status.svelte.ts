/** What the gateway says of itself, and to whom it is speaking. */
import { ask } from "./ask.ts";
import { clock } from "./clock.svelte.ts";

/** `GET /api/status`. */
export interface Status {
  gateway: string;
  version: string;
  /** Milliseconds since 1970, by the gateway's clock. */
  time: number;
  role: "operator" | "viewer";
  uptime: number;
  memory: number | null;
  stream: string;
  seq: number;
  subscribers: number;
  boards: number;
  backlog: { events: number; bytes: number; max_events: number; max_bytes: number };
  history: null | {
    state: string;
    detail: string;
    behind: number;
    bytes: number;
    max_bytes: number;
    keep: number;
  };
  commands: number;
  refused: number;
  gaps: number;
  gap_events: number;
  slow_closed: number;
  sent_bytes: number;
  accept_pauses: number;
  drops: { board: string; reason: string; count: number }[];
}

/** Trouble with a disk should be seen soon, and nobody watches closer than that. */
const EVERY_MS = 10_000;

let latest: Status | undefined = $state.raw();

/** The gateway's state as last heard, at most ten seconds old while the page is seen. */
export const status = {
  get latest(): Status | undefined {
    return latest;
  },
  /** Whether commands may be sent. False until it is known. */
  get isOperator(): boolean {
    return latest?.role === "operator";
  },
};

/** Asks now. If the gateway does not answer, what was known stays: the connection tells of that. */
export async function refreshStatus(): Promise<void> {
  const asked = Date.now();
  try {
    const answer = await ask<Status>("/api/status");
    latest = answer;
    // The answer was made about half way between asking and now.
    clock.set(answer.time + (Date.now() - asked) / 2);
  } catch {
    return;
  }
}

setInterval(() => {
  if (!document.hidden) void refreshStatus();
}, EVERY_MS);
void refreshStatus();
