import { expect, it } from "vitest";
import schema from "@/api/schema.ts?raw";
import { actorWords, deedWords, subjectWords } from "./deeds";

/** As the server describes them. */
const ACTIONS = [...(/^export type Action = (.+);$/m.exec(schema)?.[1]?.matchAll(/"([\w.]+)"/g) ?? [])].map(
  ([, action = ""]) => action,
);

it("has words of its own for everything that the server logs", () => {
  expect(ACTIONS.length).toBeGreaterThan(30);
  const words = ACTIONS.map(deedWords);
  expect(ACTIONS.filter((_, index) => !words[index])).toEqual([]);
  expect(new Set(words).size).toBe(ACTIONS.length);
});

it("leaves what it does not know as it is", () => {
  expect(deedWords("moon.landed")).toBeNull();
  expect(deedWords("toString")).toBeNull();
});

it("says who did it when nobody did who has a name", () => {
  expect(actorWords({ actor: "system", actor_id: null })).toBe("The server");
  expect(actorWords({ actor: "system", actor_id: "an-account" })).toBe("system");
  expect(actorWords({ actor: "a bot", actor_id: null })).toBe("a bot");
  expect(subjectWords({ subject: "site", subject_kind: "site" })).toBe("");
  expect(subjectWords({ subject: "brook", subject_kind: "channel" })).toBe("brook");
});
