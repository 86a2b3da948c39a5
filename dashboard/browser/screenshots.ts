/**
 * Pictures of each page at three sizes, for docs/img: `npm run screenshots`, `make screenshots`. The
 * boards are those of the demo. It takes six minutes: what a plot of five minutes shows has to happen.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { test } from "vitest";
import { Gateway, HISTORY } from "./support/gateway.ts";
import { isOpen, openPage, SIZES } from "./support/page.ts";
import { program, start, temporaryFolder, type Program } from "./support/programs.ts";

const PICTURES = new URL("../../docs/img/", import.meta.url).pathname;
const BOARDS = new URL("../../src/cli/demo/boards.toml", import.meta.url).pathname;

/** A plot shows five minutes, and what was before them is not to be empty. */
const UNTIL_FULL_MS = 5.5 * 60_000;

/** The shed's network fails so long before the pictures. */
const WITHOUT_SHED_MS = 45_000;

/** Each page with what it shows once it is whole. */
const PAGES = {
  overview: { hash: "#/", shown: 'article[data-board="weather"] svg.spark path' },
  board: { hash: "#/board/greenhouse", shown: "figure [data-channel][data-count]" },
  terminal: { hash: "#/board/greenhouse/terminal", shown: "[role=log] .line" },
  status: { hash: "#/status", shown: "[data-figure]" },
  wall: { hash: "#/wall?boards=greenhouse,weather", shown: "main.wall [data-channel]" },
};

/** What it is looked at with; the tablet is in the dark. */
const SCREENS = {
  phone: { colorScheme: "light", deviceScaleFactor: 2, hasTouch: true },
  tablet: { colorScheme: "dark", deviceScaleFactor: 1, hasTouch: true },
  desktop: { colorScheme: "light", deviceScaleFactor: 1, hasTouch: false },
} as const;

test("pictures of each page at three sizes", { timeout: 10 * 60_000 }, async () => {
  const { gateway, shed } = await houseOfTheDemo();
  await pause(UNTIL_FULL_MS - WITHOUT_SHED_MS);
  await shed.end("SIGKILL");
  await pause(WITHOUT_SHED_MS);
  for (const [name, { hash, shown }] of Object.entries(PAGES)) {
    for (const [size, screen] of Object.entries(SCREENS)) {
      const page = await openPage(gateway, hash, { ...screen, viewport: SIZES[size as keyof typeof SIZES] });
      await page.locator(shown).first().waitFor();
      await isOpen(page);
      if (name === "terminal") await command(page);
      // What moves in has come to rest.
      await pause(1500);
      await page.screenshot({ path: join(PICTURES, `dashboard-${name}-${size}.png`) });
      await page.close();
    }
  }
});

/** Its five boards, one of which loses its plug for a while. */
async function houseOfTheDemo(): Promise<{ gateway: Gateway; shed: Program }> {
  const simulator = program("FIRMWARE_SIM_BIN");
  const folder = temporaryFolder();
  const plugIn = (board: string, ...options: string[]) => {
    const port = join(folder, `tty-${board}`);
    start(simulator, ["--port", port, ...options, board], { stderr: "ignore" });
    return port;
  };
  const ports = {
    greenhouse: plugIn("greenhouse", "--fault", "after 170s unplug 25s"),
    weather: plugIn("weather", "--seed", "2"),
  };
  const gateway = await Gateway.start(HISTORY + onPorts(readFileSync(BOARDS, "utf8"), ports));
  const connect = (way: string, board: string) =>
    start(simulator, [`--${way}`, `${way}://${gateway.address}/board/${board}`, board], { stderr: "ignore" });
  connect("ws", "porch");
  connect("http", "mailbox");
  return { gateway, shed: connect("ws", "shed") };
}

/** The demo's settings of boards, with the ports of those that have one. */
function onPorts(settings: string, ports: Record<string, string>): string {
  const tables = settings.split(/^(?=\[\[board\]\])/m).map((table) => {
    const board = /^board = "(.*)"$/m.exec(table)?.[1] ?? "";
    const port = ports[board];
    return port ? `${table.replaceAll("[board", "[serial").replace("\n", `\nport = "${port}"\n`)}` : table;
  });
  return tables.join("");
}

/** Asks the board something, so that an answer is seen. */
async function command(page: Page): Promise<void> {
  await page.getByRole("textbox", { name: /command/i }).fill("LED ON");
  await page.keyboard.press("Enter");
  await page.getByText(/acked/).first().waitFor();
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
