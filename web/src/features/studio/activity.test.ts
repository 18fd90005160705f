import { expect, it } from "vitest";
import { type Entry, MAX_ENTRIES, withEntries } from "./activity";

const entry = (id: number): Entry => ({ id: `${id}`, at: id, kind: "chat", words: "" });

it("keeps what happened in its order, each once, the newest of too many", () => {
  const some = withEntries([entry(1), entry(3)], [entry(2), entry(3)]);
  expect(some.map(({ id }) => id)).toEqual(["1", "2", "3"]);
  expect(withEntries(some, [entry(2)])).toBe(some);
  const many = withEntries(
    [],
    Array.from({ length: MAX_ENTRIES + 5 }, (_, id) => entry(id)),
  );
  expect(many).toHaveLength(MAX_ENTRIES);
  expect(many.at(-1)?.id).toBe(String(MAX_ENTRIES + 4));
});
