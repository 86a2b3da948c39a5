import { expect, test } from "vitest";
import { httpUrl, socketUrl } from "./address.ts";

const PAGE = "http://pi:8080";

test.each([
  ["http://pi:8080", "ws://pi:8080/ws"],
  ["http://pi:8080/", "ws://pi:8080/ws"],
  ["https://pi/ws", "wss://pi/ws"],
  ["ws://pi:8080/ws/", "ws://pi:8080/ws"],
  ["wss://pi/boards/", "wss://pi/boards/ws"],
  ["http://pi:8080/ws?boards=a#top", "ws://pi:8080/ws"],
  ["http://[::1]:8080", "ws://[::1]:8080/ws"],
  ["/", "ws://pi:8080/ws"],
  ["/behind/proxy", "ws://pi:8080/behind/proxy/ws"],
  [undefined, "ws://pi:8080/ws"],
])("%s is the WebSocket %s", (given, expected) => {
  expect(socketUrl(given, PAGE).href).toBe(expected);
});

test.each([
  ["raspberrypi:8080", undefined],
  ["ftp://pi", undefined],
  ["", undefined],
  [undefined, undefined],
  [undefined, "null"],
])("%s on a page of %s is no gateway's address", (given, page) => {
  expect(() => socketUrl(given, page)).toThrow("http://raspberrypi:8080");
});

test("the API is beside the WebSocket", () => {
  expect(httpUrl(new URL("wss://pi/boards/ws"), "api/boards").href).toBe("https://pi/boards/api/boards");
  expect(httpUrl(new URL("ws://ws:8080/ws"), "healthz").href).toBe("http://ws:8080/healthz");
});
