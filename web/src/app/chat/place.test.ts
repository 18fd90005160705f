import { expect, it } from "vitest";
import { placeOf } from "./place";

it.each([
  ["/@maren/chat", "", "maren", false],
  ["/@b%C3%A4r/embed/chat", "", "bär", false],
  ["/@maren/embed/chat", "?readonly", "maren", true],
  ["/@maren/embed/chat", "?readonly=false", "maren", false],
  ["/embed/chat/readonly", "", "primary", true],
  ["/embed/chat/readwrite/", "", "primary", false],
])("%s%s is %s's", (path, search, slug, readOnly) => {
  expect(placeOf(path, search)).toEqual({ slug, readOnly });
});
