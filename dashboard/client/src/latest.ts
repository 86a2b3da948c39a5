/**
 * The newest that is known of each board, from the messages as they come.
 * Knows nothing of connections.
 */
import type { Board, Channel, Message, Reading, Values } from "./messages.ts";

/** As many channels of a board as the gateway remembers. */
const MAX_CHANNELS = 1024;

/** The newest of a board. The object stays the same, and changes, as long as the board is there. */
export type LatestBoard = Pick<
  Board,
  "board" | "state" | "reason" | "link" | "detail" | "channels" | "seq"
> & {
  /** The newest value of each channel, in the board's order. */
  values: Values;
  /** When its newest reading was, in ms since 1970. None if there was none yet. */
  time?: number;
};

/** `board` messages that say how all boards were at one time. */
interface Snapshot {
  /** The number of the newest event at that time. */
  head: number;
  /** Boards that were in it. */
  seen: Set<string>;
  /** Whether boards that are not in it are gone, even if it is empty. */
  isWhole: boolean;
}

interface Known {
  latest: LatestBoard;
  /** The number of the reading that each value is from: with `max_rate`, older ones may come later. */
  from: Map<string, number>;
}

/** Keeps the newest of each board. */
export class Latest {
  readonly boards = new Map<string, LatestBoard>();
  #known = new Map<string, Known>();
  #snapshot: Snapshot | undefined;

  /** Whether a snapshot is coming: boards that are gone may still be there. */
  get isComing(): boolean {
    return !!this.#snapshot;
  }

  /** Whether this message comes behind the snapshot, whose end has no mark of its own. */
  isEndedBy(message: Message): boolean {
    const snapshot = this.#snapshot;
    switch (message.type) {
      case "board":
        return !!snapshot && (message.seq > snapshot.head || snapshot.seen.has(message.board));
      case "reading":
      case "text":
      case "clock":
      case "line":
        return !!snapshot;
      default:
        // A hello or a gap begins another; results and errors come in between.
        return false;
    }
  }

  /** Ends the snapshot: forgets the boards that were not in it, and says so as the gateway would have. */
  end(now: number): Board[] {
    const snapshot = this.#snapshot;
    this.#snapshot = undefined;
    if (!snapshot?.isWhole && !snapshot?.seen.size) return [];
    const gone = [...this.boards.values()].filter(({ board }) => !snapshot.seen.has(board));
    return gone.map(({ board, link }) => {
      this.#forget(board);
      return { type: "board", seq: snapshot.head, time: now, board, state: "removed", link, channels: {} };
    });
  }

  /** The connection broke: what is left of the snapshot will not come. */
  abort(): void {
    this.#snapshot = undefined;
  }

  take(message: Message): void {
    switch (message.type) {
      case "hello":
        if (!message.resumed) this.#snapshot = { head: message.seq, seen: new Set(), isWhole: true };
        break;
      case "gap":
        // One within a crash, where numbers were skipped, has no snapshot behind it.
        this.#snapshot ??= { head: message.to, seen: new Set(), isWhole: !message.atmost };
        break;
      case "board":
        this.#board(message);
        break;
      case "reading":
        this.#reading(message);
        break;
      case "text": {
        const latest = this.boards.get(message.board);
        if (latest) latest.seq = Math.max(latest.seq, message.seq);
      }
    }
  }

  #board(message: Board): void {
    const { board, seq } = message;
    const known = this.#known.get(board);
    if (this.#snapshot) {
      // A new stream has smaller numbers: what the snapshot says is true all the same.
      this.#snapshot.seen.add(board);
    } else if (known && seq < known.latest.seq) {
      return; // It is from `history`.
    }
    if (message.state === "removed") this.#forget(board);
    else this.#put(message, known);
  }

  #put(message: Board, known: Known | undefined): void {
    const { board, state, reason, link, detail, channels, last, seq } = message;
    const latest = (known?.latest ?? {}) as LatestBoard;
    delete latest.reason;
    delete latest.detail;
    delete latest.time;
    // Without a prototype, a channel may have any name.
    const values = Object.assign(Object.create(null), last?.values) as Values;
    const copies: Record<string, Channel> = Object.create(null);
    for (const name in channels) copies[name] = { ...channels[name] };
    Object.assign(latest, { board, state, link, channels: copies, values, seq });
    if (reason) latest.reason = reason;
    if (detail) latest.detail = detail;
    if (last) latest.time = last.time;
    const from = new Map(Object.keys(values).map((name) => [name, seq]));
    this.boards.set(board, latest);
    this.#known.set(board, { latest, from });
  }

  #reading({ board, seq, time, values }: Reading): void {
    const known = this.#known.get(board);
    // Of a board that nobody knows any more there may be readings in the `history`.
    if (!known) return;
    const { latest, from } = known;
    const isNewest = time >= (latest.time ?? 0);
    for (const name in values) {
      if ((from.get(name) ?? 0) >= seq) continue;
      from.set(name, seq);
      latest.values[name] = values[name] ?? null;
      const channel = (latest.channels[name] ??= {});
      delete channel.time;
      if (!isNewest) channel.time = time;
    }
    if (isNewest) {
      for (const name in latest.channels) {
        if (!Object.hasOwn(values, name) && latest.time)
          (latest.channels[name] as Channel).time ??= latest.time;
      }
      latest.time = time;
    }
    latest.seq = Math.max(latest.seq, seq);
    if (from.size > MAX_CHANNELS) dropOldest(known);
  }

  #forget(board: string): void {
    this.boards.delete(board);
    this.#known.delete(board);
  }
}

/** A board whose channels have ever new names must not fill the page's memory. */
function dropOldest({ latest, from }: Known): void {
  const names = [...from].sort(([, a], [, b]) => a - b).slice(0, from.size - MAX_CHANNELS);
  for (const [name] of names) {
    from.delete(name);
    delete latest.values[name];
    delete latest.channels[name];
  }
}
