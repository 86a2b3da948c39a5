import { expect, test } from "vitest";
import { WifiBoard } from "./support/boards.ts";
import { Gateway } from "./support/gateway.ts";
import { within } from "./support/programs.ts";
import { Window } from "./support/window.ts";

/** What the page has drawn since it was asked last: strokes on canvases, changes of elements. */
async function drawn(window: Window): Promise<{ canvas: number; elements: number }> {
  return await window.page.evaluate(() => {
    const counts = ((globalThis as { drawn?: { canvas: number; elements: number } }).drawn ??= start());
    const now = { ...counts };
    Object.assign(counts, { canvas: 0, elements: 0 });
    return now;

    function start() {
      const counts = { canvas: 0, elements: 0 };
      const context = CanvasRenderingContext2D.prototype;
      for (const name of ["stroke", "fill", "clearRect", "fillText"] as const) {
        const draw = context[name] as (...args: unknown[]) => void;
        context[name] = function (this: CanvasRenderingContext2D, ...args: unknown[]) {
          counts.canvas += 1;
          draw.apply(this, args);
        };
      }
      const look = { subtree: true, childList: true, characterData: true, attributes: true };
      new MutationObserver((changes) => (counts.elements += changes.length)).observe(document.body, look);
      return counts;
    }
  });
}

test.each(["#/board/porch", "#/board/porch/terminal", "#/", "#/wall"])(
  "hidden, %s draws nothing",
  async (hash) => {
    const gateway = await Gateway.start();
    const board = await WifiBoard.connect(gateway, "porch");
    const window = await Window.open();
    const frames: string[] = [];
    let wake = () => {};
    window.page.on("websocket", (socket) =>
      socket.on("framereceived", ({ payload }) => {
        frames.push(String(payload));
        wake();
      }),
    );
    await window.page.goto(`http://${gateway.address}/${hash}`);
    const heard = (text: string) =>
      within<void>(`${text} in the page`, (done) => {
        wake = () => frames.some((frame) => frame.includes(text)) && done();
        wake();
        return () => (wake = () => {});
      });
    const shows = (text: string) => window.page.getByText(text, { exact: false }).first().waitFor();
    board.say("temp:111");
    await shows("111");
    await drawn(window);
    board.say("temp:222");
    await shows("222");
    const seen = await drawn(window);
    expect(seen.elements + seen.canvas, "the counters count").toBeGreaterThan(0);
    await window.hide();
    await drawn(window);
    for (let at = 0; at < 50; at += 1) board.say(`temp:${1000 + at}`);
    await heard("1049");
    expect(await drawn(window)).toEqual({ canvas: 0, elements: 0 });
    await window.show();
    await shows("1049");
  },
);
