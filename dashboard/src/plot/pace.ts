/**
 * When to draw: once a frame at most, never in a hidden tab, and no oftener than leaves the machine
 * to others.
 */

/** Drawing takes at most a seventh of the time: a Raspberry Pi has other work, and reading its heat
 * off the wall is no use. */
const REST = 6;

/** Nothing that people read changes oftener than this matters on a long span. */
const LONGEST_STEP_MS = 1000;

/** How long after the begin of a drawing that took `cost` the next may begin, where the picture moves
 * by a pixel every `step` ms. Pure. */
export function restAfter(cost: number, step: number): number {
  return Math.max(cost * (1 + REST), Math.min(step, LONGEST_STEP_MS));
}

/** So many lines are drawn as finely as the screen is; of more nobody can see each pixel. */
const FINE_LINES = 20;

/** How many pixels wide a point is, and how many it moves at a time, where a page has so many lines: the
 * pixels that are painted in a second stay the same. Pure. */
export function coarseness(lines: number): number {
  return Math.max(1, Math.ceil(lines / FINE_LINES));
}

/** Calls `draw` after it was asked for, as soon as the pace allows. */
export class Pace {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #frame = 0;
  #begun = -Infinity;
  /** What the last drawings took, in ms; a single slow one weighs little. */
  cost = 0;

  constructor(
    private readonly draw: () => void,
    private readonly step: () => number,
  ) {}

  /** Something changed. */
  ask(): void {
    if (this.#timer !== undefined || this.#frame) return;
    const wait = this.#begun + restAfter(this.cost, this.step()) - performance.now();
    // A timer that a hidden tab slows down is followed by a frame that it is not given at all.
    this.#timer = setTimeout(() => this.#onFrame(), Math.max(0, wait));
  }

  /** Somebody turned a knob: with the next frame. */
  now(): void {
    if (this.#frame) return;
    clearTimeout(this.#timer);
    this.#onFrame();
  }

  stop(): void {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
  }

  #onFrame(): void {
    this.#timer = undefined;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#begun = performance.now();
      this.draw();
      const took = performance.now() - this.#begun;
      this.cost = this.cost ? this.cost * 0.8 + took * 0.2 : took;
    });
  }
}
