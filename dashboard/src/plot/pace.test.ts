import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { coarseness, Pace, restAfter } from "./pace.ts";

test.each([
  ["what is cheap waits for the next pixel", 2, 250, 250],
  ["what is dear leaves six times its time to others", 100, 250, 700],
  ["a day moves by a pixel a minute, but people want to see that it lives", 1, 60_000, 1000],
  ["what stands still moves at once", 0, 0, 0],
])("%s", (_, cost, step, rest) => {
  expect(restAfter(cost, step)).toBe(rest);
});

test.each([
  [0, 1],
  [1, 1],
  [20, 1],
  [21, 2],
  [50, 3],
  [256, 13],
])("%d lines are drawn in points of %d pixels", (lines, pixels) => {
  expect(coarseness(lines)).toBe(pixels);
});

/** Frames of a tab, which are given only while it is seen. */
let frames: (() => void)[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("requestAnimationFrame", (draw: () => void) => frames.push(draw));
  vi.stubGlobal("cancelAnimationFrame", (at: number) => delete frames[at - 1]);
});

afterEach(() => {
  frames = [];
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function giveFrames(): void {
  const now = frames;
  frames = [];
  now.forEach((draw) => draw());
}

test("however often it is asked, it draws once in a step", () => {
  const draw = vi.fn();
  const pace = new Pace(draw, () => 100);
  for (let ms = 0; ms < 1000; ms += 1) {
    pace.ask();
    vi.advanceTimersByTime(1);
    giveFrames();
  }
  expect(draw.mock.calls.length).toBeGreaterThanOrEqual(9);
  expect(draw.mock.calls.length).toBeLessThanOrEqual(11);
});

test("a tab that is given no frames draws nothing, and then once", () => {
  const draw = vi.fn();
  const pace = new Pace(draw, () => 0);
  for (let ms = 0; ms < 1000; ms += 1) {
    pace.ask();
    vi.advanceTimersByTime(1);
  }
  expect([draw.mock.calls.length, frames.length]).toEqual([0, 1]);
  giveFrames();
  expect(draw).toHaveBeenCalledTimes(1);
});

test("a knob that is turned is seen with the next frame", () => {
  const draw = vi.fn();
  const pace = new Pace(draw, () => 1000);
  pace.now();
  giveFrames();
  pace.ask();
  pace.now();
  giveFrames();
  expect(draw).toHaveBeenCalledTimes(2);
  // What it was asked before is done with that.
  vi.advanceTimersByTime(5000);
  expect(frames).toEqual([]);
});

test("what is stopped never draws", () => {
  const draw = vi.fn();
  const pace = new Pace(draw, () => 0);
  pace.now();
  pace.stop();
  giveFrames();
  pace.stop();
  vi.advanceTimersByTime(5000);
  expect(draw).not.toHaveBeenCalled();
});
