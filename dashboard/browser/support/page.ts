/** A page of the dashboard in the browser, watched: whatever goes wrong in it fails the test. */
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from "playwright-core";
import { expect, inject, onTestFinished } from "vitest";
import { PATIENCE_MS } from "./programs.ts";

/** What has an address: a gateway, or a relay in front of one. */
interface Addressed {
  address: string;
}

export interface PageOptions extends BrowserContextOptions {
  /** What the browser is allowed to complain of, since the test breaks it on purpose. */
  allow?: RegExp[];
  /** Runs in the page before its own scripts. */
  before?: () => void;
  /** The page is given a clock that the test moves. */
  clock?: "moved";
}

/** The browser complains when a connection cannot be made: for tests that stop the gateway. */
export const BROKEN = [
  /WebSocket connection to .* failed/,
  /net::ERR_(CONNECTION|EMPTY|INCOMPLETE|NETWORK|SOCKET|ABORTED)/,
];

/** What tests look at a phone, a tablet, a desktop with. */
export const SIZES = {
  phone: { width: 390, height: 844 },
  tablet: { width: 820, height: 1180 },
  desktop: { width: 1440, height: 900 },
};

let connected: Promise<Browser> | undefined;

/** This file's connection to the one browser. */
export function browser(): Promise<Browser> {
  connected ??= chromium.connect(inject("browser"));
  return connected;
}

/** Opens a page in a context of its own, which ends with the test. */
export async function openPage(at: Addressed, hash = "#/", options: PageOptions = {}): Promise<Page> {
  const { allow = [], before, clock, ...rest } = options;
  const context = await (await browser()).newContext({ viewport: SIZES.desktop, ...rest });
  context.setDefaultTimeout(PATIENCE_MS);
  const problems = watch(context, `http://${at.address}`, allow);
  onTestFinished(async () => {
    await context.close();
    expect(problems, "the page had problems").toEqual([]);
  });
  const page = await context.newPage();
  if (before) await page.addInitScript(before);
  if (clock) await page.clock.install();
  await page.goto(`http://${at.address}/${hash}`);
  return page;
}

/** Waits until the page hears the gateway, and the frame around the page is drawn. */
export async function isOpen(page: Page): Promise<void> {
  await page.locator('html[data-connection="open"]').waitFor({ state: "attached" });
}

/** The element of a board on the overview or the wall. */
export function card(page: Page, board: string, state?: string) {
  return page.locator(`article[data-board="${board}"]${state ? `[data-state="${state}"]` : ""}`);
}

/** Collects errors of scripts, of the console (a Content-Security-Policy's are there), and
 * requests to other places. */
function watch(context: BrowserContext, origin: string, allow: RegExp[]): string[] {
  const problems: string[] = [];
  const note = (problem: string) => {
    if (!allow.some((pattern) => pattern.test(problem))) problems.push(problem);
  };
  context.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") {
      note(`${message.text()} (${message.location().url})`);
    }
  });
  context.on("weberror", (error) => note(String(error.error().stack)));
  context.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith(`blob:${origin}/`)) note(`a request to ${url}`);
  });
  context.on("page", (page) =>
    page.on("websocket", (socket) => {
      if (!socket.url().startsWith(origin.replace("http", "ws"))) note(`a WebSocket to ${socket.url()}`);
    }),
  );
  return problems;
}
