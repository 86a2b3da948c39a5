/**
 * Addresses of a gateway: of its WebSocket, and of its HTTP API beside it.
 */

const SCHEMES: Record<string, string> = { "http:": "ws:", "https:": "wss:", "ws:": "ws:", "wss:": "wss:" };

/**
 * The WebSocket's address, without a query. Takes what people have at hand: http(s) or ws(s), with or
 * without the path /ws, or relative to the page. Without anything it is the page's own gateway.
 */
export function socketUrl(
  given: string | URL = ".",
  base: string | undefined = globalThis.location?.origin,
): URL {
  const url = URL.canParse(given, base) ? new URL(given, base) : undefined;
  const scheme = url && SCHEMES[url.protocol];
  if (!scheme) throw new Error(`no gateway's address: "${given}" (it looks like http://raspberrypi:8080)`);
  const path = url.pathname.replace(/\/+$/, "");
  // Not by `url.protocol = …`: what a URL may change into differs between engines.
  return new URL(`${scheme}//${url.host}${path.endsWith("/ws") ? path : `${path}/ws`}`);
}

/** An address of the gateway's HTTP API; `path` is relative to where the gateway's pages are. */
export function httpUrl(socket: URL, path: string): URL {
  return new URL(path, socket.href.replace(/^ws/, "http"));
}
