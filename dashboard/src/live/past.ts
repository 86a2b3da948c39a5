/**
 * The last minutes of small lines from before the page was opened: whose turn it is, and where it goes.
 * Pure: the question itself is somebody else's.
 */
import type { Trail } from "./trail.ts";

/** Of `GET /api/boards/{board}/history?every=…`: a column for each channel, as long as `time`. */
export interface PastAnswer {
  time: number[];
  values: Record<string, (number | string | null)[]>;
}

/** Asks for channels of a board; false if nobody needs to ask ever again. */
type Question = (board: string, channels: string[]) => Promise<boolean>;

/** More would keep a small computer's disk from what it has to store. */
const AT_A_TIME = 2;

/** So many names of 64 bytes, percent-encoded, are below the 16 KiB of a request's headers. */
const CHANNELS_A_QUESTION = 32;

/** Asks for the past of what is looked at, each channel once. Bounded: by the boards and channels there are. */
export class Past {
  #question: Question;
  #asked = new Map<string, Set<string>>();
  #waiting = new Map<string, string[]>();
  #running = 0;
  #over = false;

  constructor(question: Question) {
    this.#question = question;
  }

  /** Asks for channels of a board that were not asked for yet. Returns what takes back all that has
   * not begun: somebody scrolls past a hundred boards. */
  want(board: string, channels: readonly string[]): () => void {
    const asked = this.#asked.get(board) ?? new Set();
    const wanted = channels.filter((channel) => !asked.has(channel));
    if (this.#over || wanted.length === 0) return () => undefined;
    this.#asked.set(board, asked);
    for (const channel of wanted) asked.add(channel);
    this.#waiting.set(board, [...(this.#waiting.get(board) ?? []), ...wanted]);
    this.#go();
    return () => {
      for (const channel of this.#waiting.get(board) ?? []) asked.delete(channel);
      this.#waiting.delete(board);
    };
  }

  /** What was asked is worth asking again: a connection began that did not go on where the last ended. */
  again(): void {
    this.#asked.clear();
    this.#waiting.clear();
  }

  #go(): void {
    while (this.#running < AT_A_TIME) {
      const next = this.#waiting.entries().next().value;
      if (!next) return;
      const [board, channels] = next;
      if (channels.length > CHANNELS_A_QUESTION)
        this.#waiting.set(board, channels.slice(CHANNELS_A_QUESTION));
      else this.#waiting.delete(board);
      void this.#run(board, channels.slice(0, CHANNELS_A_QUESTION));
    }
  }

  async #run(board: string, channels: string[]): Promise<void> {
    this.#running += 1;
    try {
      if (!(await this.#question(board, channels))) {
        this.#over = true;
        this.again();
      }
    } catch {
      // What failed may be asked again when it is next looked at.
      for (const channel of channels) this.#asked.get(board)?.delete(channel);
    } finally {
      this.#running -= 1;
      this.#go();
    }
  }
}

/** Puts an answer into the trails; what came live meanwhile is in the answer, too, and is replaced. */
export function fillTrails(answer: PastAnswer, trail: (channel: string) => Trail): void {
  for (const [channel, means] of Object.entries(answer.values)) {
    const known = means.some((mean) => typeof mean === "number");
    if (!known) continue;
    const into = trail(channel);
    means.forEach((mean, at) => {
      const time = answer.time[at];
      if (typeof mean === "number" && time !== undefined) into.replace(time, mean);
    });
  }
}
