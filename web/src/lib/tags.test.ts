import { expect, it } from "vitest";
import { tagsOf } from "./tags";

it.each([
  ["", []],
  [" , ,", []],
  ["speedrun", ["speedrun"]],
  ["#speedrun, cosy games,#speedrun", ["speedrun", "cosy games"]],
])("%j is %j", (typed, tags) => {
  expect(tagsOf(typed)).toEqual(tags);
});
