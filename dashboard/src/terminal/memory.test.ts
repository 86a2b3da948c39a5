import { expect, test } from "vitest";
import { Memory, MOST, type Store } from "./memory.ts";

function store(stored: string | null = null): Store & { stored: string | null } {
  return {
    stored,
    getItem() {
      return this.stored;
    },
    setItem(_, value) {
      this.stored = value;
    },
  };
}

function remembering(...commands: string[]): Memory {
  const memory = new Memory("desk", undefined);
  for (const command of commands) memory.add(command);
  return memory;
}

test.each([
  ["one after the other", ["a", "b"], ["a", "b"]],
  ["the same in a row once", ["a", "a", "b", "b", "a"], ["a", "b", "a"]],
  ["no empty ones", ["", "a", ""], ["a"]],
])("%s", (_, sent, kept) => expect(remembering(...sent).commands).toEqual(kept));

test("the oldest go", () => {
  const memory = remembering(...Array.from({ length: MOST + 5 }, (_, at) => `c${at}`));
  expect([memory.commands.length, memory.commands[0]]).toEqual([MOST, "c5"]);
});

test.each([
  ["u", "b"],
  ["uu", "a"],
  ["uuu", "a"],
  ["uud", "b"],
  ["ud", "draft"],
  ["udd", "draft"],
  ["d", "draft"],
])("the keys %s lead to %s", (keys, shown) => {
  const memory = remembering("a", "b");
  let written = "draft";
  for (const key of keys) written = key === "u" ? memory.up(written) : memory.down(written);
  expect(written).toBe(shown);
});

test("sending begins anew at the newest", () => {
  const memory = remembering("a", "b");
  memory.up("");
  memory.up("");
  memory.add("c");
  expect(memory.up("")).toBe("c");
});

test("a board's commands outlive the page", () => {
  const kept = store();
  new Memory("desk", kept).add("LED ON");
  expect(new Memory("desk", kept).commands).toEqual(["LED ON"]);
});

test.each(["{", '{"a":1}', "null", "[1,null]"])("what is stored may be anything: %s", (stored) => {
  expect(new Memory("desk", store(stored)).commands).toEqual([]);
});

test("where storing is forbidden, commands are remembered while the page is open", () => {
  const refuse = () => {
    throw new Error("denied");
  };
  const memory = new Memory("desk", { getItem: refuse, setItem: refuse });
  memory.add("a");
  expect(memory.up("")).toBe("a");
});
