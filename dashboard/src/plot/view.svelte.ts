/** Which time the plots of a page show: the last minutes, or a piece that stands still. */
import { choose } from "../place.svelte.ts";
import { clampPiece, pieceIn, type Piece } from "./piece.ts";
import { spanNamed, SPANS, type SpanName } from "./spans.ts";

/** The address is written when the knobs rest: browsers allow a hundred changes in half a minute. */
const WRITE_AFTER_MS = 300;

/** The view of one page; the address holds all of it. */
export class View {
  span: SpanName = $state("5m");
  /** The piece that stands still; undefined while the view follows the present. */
  still: Piece | undefined = $state.raw();
  #now: () => number;
  #writing: ReturnType<typeof setTimeout> | undefined;

  /** `now` is the newest time that there is to see. */
  constructor(choices: URLSearchParams, now: () => number) {
    this.#now = now;
    this.read(choices);
  }

  /** Takes over what an address says. */
  read(choices: URLSearchParams): void {
    if (this.#writing !== undefined) return;
    this.span = spanNamed(choices.get("span"));
    this.still = pieceIn(choices);
  }

  /** The time that is to be seen, as of now; in whole milliseconds, as uPlot has its ticks. */
  get piece(): Piece {
    if (this.still) return this.still;
    const to = Math.ceil(this.#now());
    return { from: to - SPANS[this.span].ms, to };
  }

  /** Follows the present, over a span. */
  follow(span: SpanName = this.span): void {
    this.span = span;
    this.still = undefined;
    this.#write();
  }

  /** Shows a piece of time, standing still. */
  stand(piece: Piece): void {
    this.still = clampPiece(piece, this.#now());
    this.#write();
  }

  /** Makes the view `factor` times as wide about the time `at`; its middle if that is not said. */
  zoom(factor: number, at?: number): void {
    const { from, to } = this.piece;
    const about = at ?? (from + to) / 2;
    this.stand({ from: about - (about - from) * factor, to: about + (to - about) * factor });
  }

  /** Moves the view by a part of its width; negative is back in time. */
  pan(part: number): void {
    const { from, to } = this.piece;
    const by = (to - from) * part;
    this.stand({ from: from + by, to: to + by });
  }

  /** Nothing is written any more. */
  stop(): void {
    clearTimeout(this.#writing);
  }

  #write(): void {
    clearTimeout(this.#writing);
    this.#writing = setTimeout(() => {
      this.#writing = undefined;
      const { still, span } = this;
      const [from, to] = still ? [String(Math.round(still.from)), String(Math.round(still.to))] : ["", ""];
      choose({ span: span === "5m" ? "" : span, from, to });
    }, WRITE_AFTER_MS);
  }
}
