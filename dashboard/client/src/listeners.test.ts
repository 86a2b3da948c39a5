import { expect, test, vi } from "vitest";
import { Listeners } from "./listeners.ts";

interface Said {
  word: string;
}

test("each is called until it is undone", () => {
  const listeners = new Listeners<Said>();
  const heard: string[] = [];
  const listener = (word: string) => heard.push(word);
  const undo = listeners.add("word", listener);
  listeners.add("word", listener);
  listeners.call("word", "a");
  undo();
  undo();
  listeners.call("word", "b");
  expect(heard).toEqual(["a", "a", "b"]);
});

test("one that throws is reported and stops nobody", () => {
  const reported = vi.spyOn(console, "error").mockImplementation(() => {});
  const listeners = new Listeners<Said>();
  const heard: string[] = [];
  listeners.add("word", () => {
    throw new Error("my fault");
  });
  listeners.add("word", (word) => heard.push(word));
  listeners.call("word", "a");
  expect(heard).toEqual(["a"]);
  expect(String(reported.mock.calls[0])).toContain("my fault");
  reported.mockRestore();
});

test("one that is added while listening hears the next only", () => {
  const listeners = new Listeners<Said>();
  const heard: string[] = [];
  const undo = listeners.add("word", () => {
    undo();
    listeners.add("word", (word) => heard.push(word));
  });
  listeners.call("word", "a");
  listeners.call("word", "b");
  expect(heard).toEqual(["b"]);
});
