/** How a board's link and state are said, and what helps. Pure. */
import type { Link, State } from "boardcast-client";
import { reasonWords } from "./words.ts";

/** What people call a link; those that are not known are said as they are. */
export function linkWords(link: Link): string {
  return LINKS[link] ?? link;
}

const LINKS: Record<string, string> = {
  serial: "USB or serial port",
  websocket: "WebSocket",
  http: "HTTP",
  mqtt: "MQTT",
  publish: "a page or program",
};

/** Why a board is as it is, without the name of the state; empty if there is nothing to say. */
export function whyWords(state: State, reason: string): string {
  if (state === "stale") return "it has stopped talking";
  return state === "offline" && reason ? reasonWords(reason) : "";
}

/** What one can do about it; empty where the gateway's own `detail` says that. */
export function helpWords(state: State, reason: string, link: Link): string {
  if (state === "stale") return STALE[link] ?? "";
  return state === "offline" ? (OFFLINE[reason] ?? "") : "";
}

const STALE: Record<string, string> = {
  serial: "Its port is still open: press its reset button, or look at its terminal.",
  websocket: "It is still connected: restart it, or look at its terminal.",
  http: "Is it powered, and in reach of the WiFi?",
  publish: "Is the page or program that publishes it still open?",
};

const OFFLINE: Record<string, string> = {
  unplugged: "Plug it in again.",
  absent: "Plug it in.",
  closed: "Is it powered? It may connect again at any time.",
  timeout: "Is it powered, and in reach of the WiFi?",
};
