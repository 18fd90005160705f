import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { ServerClock } from "@/lib/clock";
import { expectAccessible } from "@/lib/testing/axe";
import { channel, INTERRUPTED, LIVE, OFFLINE } from "@/lib/testing/samples";
import { About, MetaBar } from ".";
import { embedCode, watchUrl } from "./links";

it.each([
  ["offline", OFFLINE],
  ["live", LIVE],
  ["interrupted", INTERRUPTED],
])("is accessible while %s", async (_, status) => {
  const { container } = render(
    <>
      <MetaBar channel={channel(status)} clock={new ServerClock()} />
      <About channel={channel(status)} />
    </>,
  );
  await expectAccessible(container);
});

it("counts viewers in words for those who do not see the eye", () => {
  render(<MetaBar channel={channel({ ...LIVE, viewers: 1 })} clock={new ServerClock()} />);
  expect(screen.getByText("person watching")).toBeTruthy();
});

it("falls back to the name of a channel without a title", () => {
  render(<MetaBar channel={{ ...channel(OFFLINE), title: "" }} clock={new ServerClock()} />);
  expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("Maren builds things");
});

it("says nothing about a channel that says nothing about itself", () => {
  const { about, ...rest } = channel(OFFLINE);
  const silent = { ...rest, description: " ", about: { ...about, links: [], panels: [] } };
  const { container } = render(<About channel={silent} />);
  expect(container.childElementCount).toBe(0);
});

it("links the primary channel by the site itself, others by name", () => {
  expect(watchUrl({ slug: "a", is_primary: true }, "https://x.example")).toBe("https://x.example/");
  expect(watchUrl({ slug: "a", is_primary: false }, "https://x.example")).toBe("https://x.example/@a");
});

it("keeps a channel's name from breaking out of the embed code", () => {
  const code = embedCode({ slug: "a", is_primary: true, name: '"><script>' }, "https://x.example");
  expect(code).toContain('title="&quot;>&lt;script>"');
});

it("says what the channel is about", () => {
  const { about, ...rest } = channel(OFFLINE);
  render(<MetaBar channel={{ ...rest, about: { ...about, mature: true } }} clock={new ServerClock()} />);
  const kinds = screen.getAllByRole("listitem").map((item) => item.textContent);
  expect(kinds).toEqual(["For grown-ups", "Making", "electronics", "weather", "English"]);
});
