import { expect, it } from "vitest";
import type { Hit } from "@/api/schema";
import { filterOf, filterPath } from "./filters";
import { sorted } from "./results";

it.each([
  ["", {}],
  ["?live=true&tag=rust&sort=started", { live: true, tag: "rust", sort: "started" }],
  ["?sort=viewers", {}],
  ["?sort=nonsense&live=1", {}],
  ["?language=pt-BR", { language: "pt-BR" }],
])("reads %s", (search, filter) => expect(filterOf(search)).toEqual(filter));

it("writes what it reads", () => {
  const filter = { live: true, tag: "a b&c", sort: "name" as const };
  const path = filterPath("/browse", filter);
  expect(filterOf(new URL(path, "https://x.example").search)).toEqual(filter);
  expect(filterPath("/browse", { tag: undefined })).toBe("/browse");
});

it("shows a channel once that was found twice", () => {
  const channel = { slug: "a" };
  const hits = [
    { kind: "live", channel },
    { kind: "channel", channel },
    { kind: "category", category: { slug: "c" } },
  ] as Hit[];
  expect(sorted(hits).channels).toHaveLength(1);
  expect(sorted(hits).categories).toHaveLength(1);
});
