/** Every example of the documentation, run as its README says. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { WifiBoard } from "./support/boards.ts";
import { Examples, websockets, type Lines } from "./support/examples.ts";
import { browser } from "./support/page.ts";
import { PATIENCE_MS } from "./support/programs.ts";

const patiently = { timeout: PATIENCE_MS };

/** Opens a page of the examples; whatever it complains of fails the test. */
async function open(examples: Examples, name: string): Promise<Page> {
  const context = await (await browser()).newContext();
  const problems: string[] = [];
  context.on("weberror", (error) => problems.push(String(error.error())));
  // Browsers ask for it by themselves.
  const isOurs = (place: string) => !place.endsWith("/favicon.ico");
  context.on("console", (said) => {
    if (said.type() === "error" && isOurs(said.location().url)) problems.push(said.text());
  });
  onTestFinished(async () => {
    await context.close();
    expect(problems, "the page had problems").toEqual([]);
  });
  const page = await context.newPage();
  await page.goto(`${examples.origin}/${name}`);
  return page;
}

test("page.html shows the values of all boards", async () => {
  const examples = await Examples.prepare();
  await examples.gateway.post("greenhouse", "temperature:21.5,humidity:48");
  const page = await open(examples, "page.html");
  const values = () => page.locator("#values").innerText();
  await expect.poll(values, patiently).toBe("greenhouse (online)\n  temperature: 21.5\n  humidity: 48");
  await examples.gateway.post("greenhouse", "temperature:22");
  await examples.gateway.post("shed", "door:open,n:1");
  await expect.poll(values, patiently).toContain("temperature: 22\n");
  await expect.poll(values, patiently).toContain("shed (online)\n  door: open\n  n: 1");
});

test("p5.html draws a circle as large as the light", async () => {
  const examples = await Examples.prepare();
  await examples.gateway.post("greenhouse", "light:0");
  const page = await open(examples, "p5.html");
  // Its diameter in the canvas's own pixels: how many in the middle row are not background.
  const diameter = () =>
    page.evaluate(() => {
      const canvas = document.querySelector("canvas");
      const row = canvas?.getContext("2d")?.getImageData(0, canvas.height / 2, canvas.width, 1).data ?? [];
      const scale = (canvas?.width ?? 0) / 400;
      return Array.from(row).filter((red, at) => at % 4 === 0 && red > 40).length / scale;
    });
  // The edge is smooth, and may count or not.
  const becomes = (pixels: number) =>
    expect.poll(async () => Math.abs((await diameter()) - pixels), patiently).toBeLessThan(3);
  await becomes(10);
  await examples.gateway.post("greenhouse", "light:1023");
  await becomes(400);
  await examples.gateway.post("greenhouse", "light:nan");
  await examples.gateway.post("greenhouse", "light:512");
  await becomes(205);
});

/** Readings before, while and after the gateway is gone: each is printed once, in its order. */
async function missesNothing(examples: Examples, lines: Lines, print: (n: number) => string): Promise<void> {
  const { gateway } = examples;
  // It prints what comes while it is there, so it is there once it has printed something.
  let n = 0;
  const printed = () => lines.with("greenhouse");
  await expect
    .poll(async () => (await gateway.post("greenhouse", `n:${n++}`), printed().length), {
      ...patiently,
      interval: 100,
    })
    .toBeGreaterThan(0);
  const first = Number(/\d+/.exec(printed()[0] ?? "")?.[0]);
  await gateway.restart();
  for (let more = 0; more < 20; more++) await gateway.post("greenhouse", `n:${n++}`);
  const expected = Array.from({ length: n - first }, (_, at) => print(first + at));
  await lines.become("greenhouse", expected);
  expect(lines.with("lost")).toEqual([]);
}

test("node.mjs misses nothing over a restart of the gateway", async () => {
  const examples = await Examples.prepare();
  const lines = examples.run(process.execPath, ["node.mjs", `ws://${examples.gateway.address}/ws`]);
  await missesNothing(examples, lines, (n) => `greenhouse {"n":${n}}`);
});

test("python.py misses nothing over a restart of the gateway", async () => {
  const examples = await Examples.prepare();
  const lines = examples.run("python3", ["python.py", `ws://${examples.gateway.address}/ws`], {
    PYTHONPATH: websockets(),
  });
  await missesNothing(examples, lines, (n) => `greenhouse {"n": ${n}}`);
});

test("node-client.mjs misses nothing over a restart of the gateway", async () => {
  const examples = await Examples.prepare();
  const lines = examples.run(process.execPath, ["node-client.mjs", `http://${examples.gateway.address}`]);
  await missesNothing(examples, lines, (n) => `greenhouse {"n":${n}}`);
});

test("node-client.mjs sends a command, and says what became of it", async () => {
  const examples = await Examples.prepare();
  const { address } = examples.gateway;
  const board = await WifiBoard.connect(examples.gateway, "porch");
  const heard = board.hears();
  const lines = examples.run(process.execPath, ["node-client.mjs", `http://${address}`, "porch", "LED ON"]);
  expect(await heard).toBe("LED ON");
  await lines.become("written", ["written "]);
  const refused = examples.run(process.execPath, [
    "node-client.mjs",
    `http://${address}`,
    "nobody",
    "LED ON",
  ]);
  await expect.poll(() => refused.with("failed: ")[0], patiently).toContain("no board is called `nobody`");
});

test("events.sh prints messages as they come", async () => {
  const examples = await Examples.prepare();
  const lines = examples.run("/bin/sh", ["events.sh", `http://${examples.gateway.address}`, "green*"]);
  await expect.poll(() => lines.with("hello").length, patiently).toBe(1);
  await examples.gateway.post("shed", "n:1");
  await examples.gateway.post("greenhouse", "n:2");
  await expect
    .poll(() => lines.with("reading").map((line) => JSON.parse(line) as object), patiently)
    .toMatchObject([{ type: "reading", board: "greenhouse", values: { n: 2 } }]);
});

test("the client's package is whole, as its README has it installed", async () => {
  const folder = new URL("../client/", import.meta.url);
  const { exports } = JSON.parse(readFileSync(new URL("package.json", folder), "utf8")) as {
    exports: { ".": { types: string; default: string } };
  };
  const { types, default: program } = exports["."];
  expect(readFileSync(new URL(types, folder), "utf8")).toContain("connect");
  const package_ = await import(/* @vite-ignore */ new URL(program, folder).href);
  expect(package_.connect).toBeTypeOf("function");
});
