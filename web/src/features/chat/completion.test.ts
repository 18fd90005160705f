import { describe, expect, it } from "vitest";
import { completed, offersFor, wordAt } from "./completion";

describe("wordAt", () => {
  it.each([
    ["hi @An", "person", "an"],
    ["@", "person", ""],
    ["/ti", "command", "ti"],
    ["so :smi", "emote", "smi"],
    ["hi\n:wave", "emote", "wave"],
  ])("%j is a word", (text, kind, query) => {
    expect(wordAt(text, text.length)).toMatchObject({ kind, query });
  });

  it.each(["hi", ":)", ":D", "not /a", "mail@example", "10:30", `@${"x".repeat(60)}`, "@a b"])(
    "%j is none",
    (text) => expect(wordAt(text, text.length)).toBeNull(),
  );

  it("looks at what stands before the caret alone", () => {
    expect(wordAt("@ana and @bo", 4)).toMatchObject({ from: 0, query: "ana" });
  });
});

const KNOWN = { emotes: [], people: ["Joana", "Ana", "Bo"], commands: [] };

it("offers those that begin so first", () => {
  const word = wordAt("@ana", 4);
  expect(word && offersFor(word, KNOWN).map(({ label }) => label)).toEqual(["@Ana", "@Joana"]);
});

it("puts the offer in the place of the word, with a space after it", () => {
  const word = wordAt("hi @an there", 6);
  const [offer] = word ? offersFor(word, KNOWN) : [];
  if (!word || !offer) throw new Error("nothing was offered");
  expect(completed("hi @an there", 6, word, offer)).toEqual({ text: "hi @Ana there", caret: 8 });
});
