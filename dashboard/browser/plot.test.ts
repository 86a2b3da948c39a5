import { buffer } from "node:stream/consumers";
import type { Download, Page } from "playwright-core";
import { expect, test } from "vitest";
import { rhythm, WifiBoard } from "./support/boards.ts";
import { Gateway, HISTORY } from "./support/gateway.ts";
import { openPage } from "./support/page.ts";
import { paintedRuns } from "./support/pixels.ts";

const UNITS = '[[board]]\nboard = "porch"\n[board.channels.temperature]\nunit = "°C"\n';

/** What the caption says of a channel. */
function caption(page: Page, channel: string) {
  const words = page.locator(`figure [data-channel="${channel}"]`);
  return async () => ({
    count: Number(await words.getAttribute("data-count")),
    min: Number(await words.getAttribute("data-min")),
    max: Number(await words.getAttribute("data-max")),
  });
}

async function state(gateway: Gateway, board: string): Promise<string> {
  return ((await (await gateway.ask(`/api/boards/${board}`)).json()) as { state: string }).state;
}

async function content(download: Promise<Download>): Promise<Buffer> {
  return buffer(await (await download).createReadStream());
}

test.each([
  ["live", ""],
  ["from the history", HISTORY],
])("the plot has the points that were sent, %s", async (_, history) => {
  const gateway = await Gateway.start(history + UNITS);
  const board = await WifiBoard.connect(gateway, "porch");
  const before = history ? 25 : 1;
  for (let at = 0; at < before; at += 1) board.say(`temperature:${at}`);
  const page = await openPage(gateway, "#/board/porch");
  await expect.poll(caption(page, "temperature")).toMatchObject({ count: before });
  for (let at = before; at < 50; at += 1) board.say(`temperature:${at}`);
  await expect.poll(caption(page, "temperature")).toEqual({ count: 50, min: 0, max: 49 });
  expect(await page.locator("figure").getAttribute("data-unit")).toBe("°C");
});

test("channels of one unit share a plot", async () => {
  const gateway = await Gateway.start(
    `${UNITS}[board.channels.outside]\nunit = "°C"\n[board.channels.humidity]\nunit = "%"\n`,
  );
  await gateway.post("porch", "temperature:20,outside:4,humidity:55,clicks:3");
  const page = await openPage(gateway, "#/board/porch");
  await gateway.post("porch", "temperature:21,outside:5,humidity:56,clicks:4");
  await expect
    .poll(() =>
      page
        .locator("figure[data-unit]")
        .evaluateAll((all) =>
          all.map((figure) => [
            figure.getAttribute("data-unit"),
            figure.querySelectorAll("figcaption [data-channel], [data-channel][data-count]").length,
          ]),
        ),
    )
    .toEqual(
      expect.arrayContaining([
        ["°C", 2],
        ["%", 1],
        ["", 1],
      ]),
    );
});

test("CSV has exactly the values, PNG is a picture", async () => {
  const gateway = await Gateway.start(HISTORY + UNITS);
  const board = await WifiBoard.connect(gateway, "porch");
  const page = await openPage(gateway, "#/board/porch");
  const sent = ["0.1", "-3", "1000000", "22.25"];
  for (const value of sent) board.say(`temperature:${value},door:open`);
  await expect.poll(caption(page, "temperature")).toMatchObject({ count: sent.length });
  const csv = page.waitForEvent("download");
  await page
    .getByRole("link", { name: "CSV" })
    .or(page.getByRole("button", { name: "CSV" }))
    .first()
    .click();
  const [head, ...rows] = (await content(csv)).toString().trim().split(/\r?\n/);
  const columns = head!.split(",");
  expect(columns[0]).toBe("time");
  const at = columns.indexOf("temperature");
  expect(rows.map((row) => Number(row.split(",")[at]))).toEqual(sent.map(Number));
  expect(Math.abs(Number(rows[0]!.split(",")[0]) - Date.now())).toBeLessThan(60_000);
  const png = page.waitForEvent("download");
  await page
    .getByRole("button", { name: "PNG" })
    .or(page.getByRole("link", { name: "PNG" }))
    .first()
    .click();
  const picture = await content(png);
  expect(picture.subarray(1, 4).toString()).toBe("PNG");
  // The header's width and height.
  expect(picture.readUInt32BE(16)).toBeGreaterThan(300);
});

test("a gap is a gap, not a line", async () => {
  const gateway = await Gateway.start(`${HISTORY}[[board]]\nboard = "clock"\nstale_after = "3s"\n`);
  const board = await WifiBoard.connect(gateway, "porch");
  const page = await openPage(gateway, "#/board/porch");
  await rhythm(board, 12, (at) => `temperature:${at}`);
  await board.close();
  // Long enough to be seen in five minutes: until a board is stale that spoke at its beginning.
  await gateway.post("clock", "x:1");
  await expect.poll(() => state(gateway, "clock")).toBe("stale");
  const again = await WifiBoard.connect(gateway, "porch");
  await rhythm(again, 12, (at) => `temperature:${at}`);
  for (const seen of [page, await openPage(gateway, "#/board/porch")]) {
    const plot = seen.locator("figure").first();
    await expect.poll(caption(seen, "temperature")).toMatchObject({ count: 24 });
    await expect.poll(() => plot.getAttribute("data-gaps")).toBe("1");
    expect(Number(await plot.getAttribute("data-restarts"))).toBeGreaterThan(0);
  }
});

test("a board that only sends seldom has no gaps", async () => {
  const gateway = await Gateway.start();
  const board = await WifiBoard.connect(gateway, "porch");
  const page = await openPage(gateway, "#/board/porch");
  await rhythm(board, 10, (at) => `temperature:${at}`, 400);
  await expect.poll(caption(page, "temperature")).toMatchObject({ count: 10 });
  expect(await page.locator("figure").first().getAttribute("data-gaps")).toBe("0");
});

test("a spike of one reading among thousands is seen in 30 days", async () => {
  const gateway = await Gateway.start(HISTORY);
  // More than an answer of the history has points, so that it is thinned.
  for (let body = 0; body < 4; body += 1) {
    const lines = Array.from({ length: 4000 }, (_, at) => (body === 2 && at === 77 ? "t:99.5" : "t:20"));
    await gateway.post("porch", lines.join("\n"));
  }
  const page = await openPage(gateway, "#/board/porch");
  await page.getByRole("button", { name: "30 days" }).click();
  await expect.poll(caption(page, "t")).toMatchObject({ min: 20, max: 99.5 });
  expect(await page.getByRole("button", { name: "30 days" }).getAttribute("aria-pressed")).toBe("true");
  // It is drawn: the newest columns of the plot are painted from the bottom up to the spike.
  await expect
    .poll(async () => {
      const runs = await paintedRuns(page.locator("figure canvas").first(), "rows");
      return runs.reduce((tallest, { from, to }) => Math.max(tallest, to - from), 0);
    })
    .toBeGreaterThan(40);
  const shared = await openPage(gateway, new URL(page.url()).hash);
  await expect.poll(caption(shared, "t")).toMatchObject({ min: 20, max: 99.5 });
});
