/**
 * A browser of the test's own, left as people have it: its tabs can be hidden and frozen, and its
 * processes are nobody else's. Playwright otherwise makes every page believe that it is seen.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium, type CDPSession, type Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { chromiumProgram, LAUNCH } from "./chromium.ts";
import { PATIENCE_MS, within } from "./programs.ts";

/** One window with one tab that matters. Ends with the test. */
export class Window {
  readonly page: Page;
  readonly cdp: CDPSession;
  /** The browser's own process. */
  readonly pid: number;

  private constructor(page: Page, cdp: CDPSession, pid: number) {
    this.page = page;
    this.cdp = cdp;
    this.pid = pid;
  }

  static async open(size = { width: 1440, height: 900 }): Promise<Window> {
    const profile = mkdtempSync(join(tmpdir(), "boardcast-profile-"));
    const child = spawn(
      chromiumProgram(),
      [
        ...["--headless", "--no-first-run", "--remote-debugging-port=0", ...LAUNCH.args],
        ...[`--window-size=${size.width},${size.height}`, `--user-data-dir=${profile}`, "about:blank"],
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    const gone = new Promise((done) => child.once("exit", done));
    let close = (): unknown => child.kill("SIGKILL");
    onTestFinished(async () => {
      // Killed, it would leave helpers that still write into the profile.
      await close();
      await gone;
      rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    });
    const endpoint = await within<string>("the browser's address", (done, fail) => {
      const lines = createInterface(child.stderr);
      lines.on("line", (line) => {
        const found = /DevTools listening on (ws:\S+)/.exec(line)?.[1];
        if (found) done(found);
      });
      child.once("error", fail);
      return () => child.stderr.resume();
    });
    const browser = await chromium.connectOverCDP(endpoint, { noDefaults: true });
    const session = await browser.newBrowserCDPSession();
    // It may be gone before it has answered.
    close = () => session.send("Browser.close").catch(() => {});
    const context = browser.contexts()[0];
    const page = context?.pages()[0];
    if (!context || !page) throw new Error("the browser has no tab");
    context.setDefaultTimeout(PATIENCE_MS);
    return new Window(page, await context.newCDPSession(page), child.pid ?? 0);
  }

  /** Another tab is looked at. */
  async hide(): Promise<void> {
    const other = await this.page.context().newPage();
    await other.bringToFront();
    await this.page.waitForFunction(() => document.hidden, undefined, { polling: 50 });
  }

  /** The tab is looked at again. */
  async show(): Promise<void> {
    await this.page.bringToFront();
    await this.page.waitForFunction(() => !document.hidden, undefined, { polling: 50 });
  }

  /** Stops the hidden tab altogether, as browsers do with those that nobody has looked at for minutes. */
  async freeze(): Promise<void> {
    await this.cdp.send("Page.setWebLifecycleState", { state: "frozen" });
  }

  async thaw(): Promise<void> {
    await this.cdp.send("Page.setWebLifecycleState", { state: "active" });
  }
}
