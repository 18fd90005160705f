import { expect, it } from "vitest";
import type { Chatter } from "@/api/chat";
import { durationIn, personIn } from "./commands";

it.each([
  ["10m spam", { seconds: 600, rest: "spam" }],
  ["2h", { seconds: 7200, rest: "" }],
  ["30s", { seconds: 30, rest: "" }],
  ["99999d", { seconds: 14 * 86_400, rest: "" }],
  ["be nice", { seconds: 600, rest: "be nice" }],
  ["5 apples", { seconds: 300, rest: "apples" }],
  ["", { seconds: 600, rest: "" }],
])("reads %j", (text, read) => expect(durationIn(text)).toEqual(read));

it("takes the longest name that fits", () => {
  const people = ["Ana", "Ana Maria"].map((name) => ({ id: name, name }) as Chatter);
  expect(personIn("@ana maria 10m", people)).toMatchObject({ person: { id: "Ana Maria" }, rest: "10m" });
  expect(personIn("@Anabel", people)).toBeNull();
});
