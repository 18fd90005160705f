import { expect, it } from "vitest";
import { nextPage, signInPath } from "./next-page";

const ORIGIN = "https://live.example";

it.each([
  ["", "/"],
  ["?next=/studio", "/studio"],
  ["?next=%2Fsettings%3Fa%3Db%23c", "/settings?a=b#c"],
  ["?next=https://evil.example/", "/"],
  ["?next=//evil.example/", "/"],
  ["?next=/\\evil.example/", "/"],
  ["?next=/%09/evil.example/", "/"],
  ["?next=/%0a/evil.example", "/"],
  ["?next=javascript:alert(1)", "/"],
  ["?next=studio", "/"],
])("%s leads to %s", (search, page) => {
  expect(nextPage(search, ORIGIN)).toBe(page);
});

it("leads back to where somebody was", () => {
  expect(signInPath("/")).toBe("/sign-in");
  expect(nextPage(new URL(signInPath("/studio/a?b=c"), ORIGIN).search, ORIGIN)).toBe("/studio/a?b=c");
});
