import { expect, test } from "vitest";
import { WifiBoard } from "./support/boards.ts";
import { Gateway } from "./support/gateway.ts";
import { isOpen, openPage } from "./support/page.ts";

async function opened() {
  const gateway = await Gateway.start();
  const board = await WifiBoard.connect(gateway, "porch");
  const page = await openPage(gateway, "#/board/porch/terminal");
  await isOpen(page);
  const lines = page.locator('[role=log] .line[data-kind="line"]');
  // The first line that comes shows that lines come.
  board.say("hello");
  await lines.filter({ hasText: "hello" }).waitFor();
  return { board, page, lines };
}

test("every line shows as it came, readings and all else", async () => {
  const { board, lines } = await opened();
  const said = ["temp:23.5", "Booting…", '{"a":1,', "  two  spaces", "<b>not bold</b>"];
  for (const line of said) board.say(line);
  await lines.nth(said.length).waitFor();
  const texts = await lines.allTextContents();
  for (const [at, line] of said.entries()) expect(texts[at + 1]).toContain(line);
});

test("a filter shows what matches, and all again without it", async () => {
  const { board, page, lines } = await opened();
  for (const line of ["temp:1", "error: sensor 3", "temp:2"]) board.say(line);
  await expect.poll(() => lines.count()).toBe(4);
  await page.locator("input[type=search]").fill("error");
  await expect.poll(() => lines.allTextContents()).toHaveLength(1);
  expect(await lines.first().textContent()).toContain("error: sensor 3");
  await page.locator("input[type=search]").fill("");
  await expect.poll(() => lines.count()).toBe(4);
});

test("paused, nothing moves, and nothing is missing afterwards", async () => {
  const { board, page, lines } = await opened();
  await page.getByRole("button", { name: "Pause" }).click();
  for (let at = 0; at < 20; at += 1) board.say(`temp:${at}`);
  // That they came is told beside the log.
  await page.getByText(/20\s+wait/).waitFor();
  expect(await lines.count()).toBe(1);
  await page.getByRole("button", { name: "Go on" }).click();
  await lines.filter({ hasText: "temp:19" }).waitFor();
  await expect.poll(() => lines.count()).toBe(21);
});

test("ten thousand lines neither fill the page nor stop it", async () => {
  const { board, page, lines } = await opened();
  for (let at = 0; at < 10_000; at += 1) board.say(`line ${at}!`);
  await lines.filter({ hasText: "line 9999!" }).waitFor();
  expect(await page.locator("[role=log] *").count()).toBeLessThan(5000);
});
