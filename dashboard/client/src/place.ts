/**
 * Where in the stream we are, to go on there after a break.
 * Knows nothing of connections.
 */
import type { Hello } from "./messages.ts";

interface Position {
  stream: string;
  /** The largest number that was seen. */
  seq: number;
}

/** The place that a subscription has got to. */
export class Place {
  #at: Position | undefined;
  /**
   * The place behind a snapshot that has not come whole yet. Who went on from there after a break
   * would lack the rest of it: until then the place from before is good.
   */
  #behind: Position | undefined;
  /** Subscriptions that were sent and not answered. What comes until then belongs to another one. */
  #unanswered = 0;

  /** Where to go on. Nothing if there is no place yet, or none for the newest subscription. */
  get resume(): { stream: string; since: number } | undefined {
    const at = this.#unanswered ? undefined : this.#at;
    return at && { stream: at.stream, since: at.seq };
  }

  /** A new subscription was sent: boards that are new in it have their past before this place. */
  leave(): void {
    this.#unanswered++;
  }

  /** The gateway did not understand it: the old one stays. */
  stay(): void {
    this.#unanswered = Math.max(0, this.#unanswered - 1);
  }

  hello({ stream, seq, resumed }: Hello): void {
    if (resumed) {
      // The numbering goes on under another id. `seq` is the gateway's place, not ours.
      if (this.#at) this.#at.stream = stream;
      if (this.#behind) this.#behind.stream = stream;
      return;
    }
    if (this.#unanswered) this.#at = undefined;
    this.stay();
    this.#behind = { stream, seq };
  }

  /** Numbers up to this one are lost, and a snapshot may follow. */
  gap(to: number): void {
    if (this.#at) this.#behind ??= { stream: this.#at.stream, seq: to };
  }

  /** The snapshot is whole. */
  settle(): void {
    this.#at = this.#behind ?? this.#at;
    this.#behind = undefined;
  }

  event(seq: number): void {
    if (this.#at && !this.#behind && seq > this.#at.seq) this.#at.seq = seq;
  }

  /** The connection broke: nothing more of a snapshot will come, nor answers. */
  break(): void {
    if (this.#unanswered) this.#at = undefined;
    this.#unanswered = 0;
    this.#behind = undefined;
  }

  /** Begins anew. */
  forget(): void {
    this.#at = this.#behind = undefined;
  }
}
