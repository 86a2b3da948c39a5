import { expect, test } from "vitest";
import { WifiBoard } from "./support/boards.ts";
import { Gateway } from "./support/gateway.ts";
import { card, isOpen, openPage } from "./support/page.ts";

test("values appear and move, with their units", async () => {
  const gateway = await Gateway.start(
    '[[board]]\nboard = "porch"\n[board.channels.temperature]\nunit = "°C"\n',
  );
  const board = await WifiBoard.connect(gateway, "porch");
  const page = await openPage(gateway);
  const channel = card(page, "porch", "online").locator('[data-channel="temperature"]');
  for (const value of ["23.5", "-4", "0"]) {
    board.say(`temperature:${value},open:true`);
    await expect.poll(() => channel.locator(".value").innerText()).toBe(value);
  }
  expect(await channel.locator(".unit").innerText()).toBe("°C");
  expect(await card(page, "porch").locator('[data-channel="open"] .value').innerText()).toBe("on");
});

test("the age of the last reading counts", async () => {
  const gateway = await Gateway.start();
  await gateway.post("mailbox", "weight:3");
  const page = await openPage(gateway);
  const age = card(page, "mailbox").locator(".age").first();
  for (const words of [/^[1-9] s ago/, /^[3-9] s ago/])
    await expect.poll(() => age.innerText()).toMatch(words);
  await gateway.post("mailbox", "weight:4");
  await expect.poll(() => age.innerText()).toMatch(/just now|^[12] s ago/);
});

test("a board that says nothing is stale, and says why it is not believed", async () => {
  const gateway = await Gateway.start('[[board]]\nboard = "porch"\nstale_after = "300ms"\n');
  const board = await WifiBoard.connect(gateway, "porch");
  board.say("temperature:23.5");
  const page = await openPage(gateway);
  await card(page, "porch", "stale").waitFor();
  expect(await card(page, "porch").locator(".state").innerText()).toMatch(/stale/i);
  expect(await card(page, "porch").locator(".value").innerText()).toBe("23.5");
  board.say("temperature:24");
  await card(page, "porch", "online").waitFor();
});

test("a board that has left is offline, with its reason and its last values", async () => {
  const gateway = await Gateway.start();
  const board = await WifiBoard.connect(gateway, "porch");
  board.say("temperature:23.5");
  const page = await openPage(gateway);
  await card(page, "porch", "online").waitFor();
  await board.close();
  await card(page, "porch", "offline").waitFor();
  expect(await card(page, "porch").locator(".state").innerText()).toMatch(/offline.*clos/is);
  expect(await card(page, "porch").locator(".value").innerText()).toBe("23.5");
});

test("boards have an order that stays, and can be searched", async () => {
  const gateway = await Gateway.start();
  for (const name of ["lab-10", "attic", "lab-2"]) await gateway.post(name, "x:1");
  const page = await openPage(gateway);
  const names = () =>
    page
      .locator("article[data-board]")
      .evaluateAll((cards) => cards.map((card) => card.getAttribute("data-board")));
  await expect.poll(names).toEqual(["attic", "lab-2", "lab-10"]);
  await gateway.post("lab-10", "x:2");
  await expect.poll(() => card(page, "lab-10").locator(".value").innerText()).toBe("2");
  expect(await names()).toEqual(["attic", "lab-2", "lab-10"]);
  await page.locator("input[type=search]").fill("LAB");
  await expect.poll(names).toEqual(["lab-2", "lab-10"]);
  // The address holds the view.
  const other = await openPage(gateway, new URL(page.url()).hash);
  await card(other, "lab-2").waitFor();
  expect(await card(other, "attic").count()).toBe(0);
});

test("a board that is forgotten leaves", async () => {
  const gateway = await Gateway.start('[[board]]\nboard = "attic"\n');
  await gateway.post("porch", "x:1");
  const board = await WifiBoard.connect(gateway, "shed");
  const page = await openPage(gateway);
  await card(page, "shed", "online").waitFor();
  await board.close();
  await gateway.ask("/api/boards/shed", { method: "DELETE" });
  await card(page, "shed").waitFor({ state: "detached" });
  expect(await card(page, "porch").count()).toBe(1);
});

test("what boards call themselves and their channels is text", async () => {
  const gateway = await Gateway.start();
  const names = ["constructor", "__proto__", "toString", "<img src=x onerror=alert(1)>"];
  const values = JSON.stringify(Object.fromEntries(names.map((name, at) => [name, at])));
  await gateway.post("constructor", values.replace('{"constructor"', '{"__proto__":1,"constructor"'));
  const page = await openPage(gateway);
  await isOpen(page);
  for (const name of names) {
    const channel = card(page, "constructor").locator(`[data-channel="${name}"]`);
    await expect.poll(() => channel.locator(".value").innerText()).toMatch(/^\d$/);
  }
});
