import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { SerialBoard, WifiBoard } from "./support/boards.ts";
import { Gateway } from "./support/gateway.ts";
import { isOpen, openPage } from "./support/page.ts";

const ACK = 'ack = "^ok"\nnack = "^err"';

async function send(page: Page, command: string): Promise<void> {
  const input = page.locator('input[name="command"]');
  await input.fill(command);
  await input.press("Enter");
}

function sent(page: Page, command: string, status: string) {
  return page.locator(`[role=log] [data-status="${status}"]`, { hasText: command }).last();
}

test("a command reaches the Uno, and its answer shows", { skip: process.env["UNO"] === "no" }, async () => {
  const board = await SerialBoard.uno("bench", "commands");
  const gateway = await Gateway.start(board.toml(ACK));
  const page = await openPage(gateway, "#/board/bench/terminal");
  await page.locator('.line[data-kind="line"]', { hasText: "led:0" }).first().waitFor();
  await send(page, "LED ON");
  await sent(page, "LED ON", "acked").waitFor();
  await page.locator("[role=log]", { hasText: "ok LED ON" }).waitFor();
  await page.locator('.line[data-kind="line"]', { hasText: "led:1" }).first().waitFor();
  await send(page, "DANCE");
  await sent(page, "DANCE", "nacked").waitFor();
  await page.locator("[role=log]", { hasText: "err unknown command DANCE" }).waitFor();
});

test("what is typed arrives as it was typed, and earlier commands come back", async () => {
  const gateway = await Gateway.start();
  const board = await WifiBoard.connect(gateway, "porch");
  const page = await openPage(gateway, "#/board/porch/terminal");
  await isOpen(page);
  for (const command of ['{"led":1}', "  LED  ON <b>"]) {
    const heard = board.hears();
    await send(page, command);
    expect(await heard).toBe(command);
    await sent(page, command.trim().slice(0, 6), "written").waitFor();
  }
  const input = page.locator('input[name="command"]');
  await input.press("ArrowUp");
  await input.press("ArrowUp");
  expect(await input.inputValue()).toBe('{"led":1}');
});

test("a command to a board that is not there fails, and says so", async () => {
  const gateway = await Gateway.start();
  const board = await WifiBoard.connect(gateway, "porch");
  const page = await openPage(gateway, "#/board/porch/terminal");
  await isOpen(page);
  await board.close();
  await send(page, "LED ON");
  await sent(page, "LED ON", "failed").waitFor();
  await page.locator("[role=log]", { hasText: /offline/ }).waitFor();
});

test("who may only look has no command line, and is told why", async () => {
  const gateway = await Gateway.start('[access]\nanonymous = "viewer"\n');
  const board = await WifiBoard.connect(gateway, "porch");
  const page = await openPage(gateway, "#/board/porch/terminal");
  board.say("temp:23.5");
  await page.locator('.line[data-kind="line"]', { hasText: "temp:23.5" }).waitFor();
  await page.getByText(/only operators/).waitFor();
  expect(await page.locator('input[name="command"]:enabled').count()).toBe(0);
  expect(await page.getByRole("button", { name: /Release/ }).count()).toBe(0);
});
