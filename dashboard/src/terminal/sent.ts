/** Commands that were sent, and what became of each. Knows nothing of sockets. */
import type { Refusal, Result } from "boardcast-client";
import type { Entry } from "./log.ts";

/** The gateway lets a subscriber have so many without a result. */
const MOST_OPEN = 256;

/** The commands whose result may still come. */
export class Sent {
  #open = new Map<string, Entry>();
  #count = 0;

  /** Notes a command that goes out at `time`, and names it. */
  note(text: string, time: number): { id: string; entry: Entry } {
    this.#count += 1;
    const id = `terminal-${this.#count}`;
    const entry: Entry = { kind: "sent", time, text, outcome: "pending", answer: "on its way…" };
    this.#open.set(id, entry);
    // `written` may be the last word, or not: the oldest of those are given up.
    const oldest = this.#open.keys().next();
    if (this.#open.size > MOST_OPEN && !oldest.done) this.#open.delete(oldest.value);
    return { id, entry };
  }

  /** It could not go out. */
  notSent(id: string): Entry | undefined {
    return this.#settle(id, "failed", "failed: there is no connection to the gateway");
  }

  /** A result, or an error with the command's id. Returns whose it is. */
  hear(message: Result | Refusal): Entry | undefined {
    if (message.id === undefined) return undefined;
    const id = String(message.id);
    if (message.type === "error") return this.#settle(id, "failed", `failed: ${message.message}`);
    if (message.status !== "written") return this.#settle(id, message.status, resultWords(message));
    const entry = this.#open.get(id);
    if (entry) Object.assign(entry, { outcome: "written", answer: "written" });
    return entry;
  }

  /** Results go to the connection that sent the command: those that are open will not come any more. */
  broken(): Entry[] {
    const lost = [...this.#open].filter(([, entry]) => entry.outcome === "pending");
    const words = "no answer: the connection broke, so the board may or may not have got it";
    const entries = lost.map(([id]) => this.#settle(id, "lost", words));
    this.#open.clear();
    return entries.filter((entry) => entry !== undefined);
  }

  #settle(id: string, outcome: Entry["outcome"] & string, answer: string): Entry | undefined {
    const entry = this.#open.get(id);
    this.#open.delete(id);
    return entry && Object.assign(entry, { outcome, answer });
  }
}

function resultWords({ status, reply, error }: Result): string {
  if (status === "timeout") return "timeout: the board did not answer";
  if (status === "failed") return `failed: ${error?.message ?? "the gateway does not say why"}`;
  return reply ? `${status} ${reply}` : status;
}
