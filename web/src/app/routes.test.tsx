import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";
import { Link, usePath } from "@/ui/navigation";
import { slugOf } from "./routes";

it.each([
  ["/", "primary"],
  ["/@maren", "maren"],
  ["/@maren/", "maren"],
  ["/@b%C3%A4r", "bär"],
  ["/@%E0%A4%A", null],
  ["/@", null],
  ["/@maren/embed", null],
  ["/elsewhere", null],
])("finds the channel of %s", (path, slug) => {
  expect(slugOf(path)).toBe(slug);
});

function Where() {
  return (
    <>
      <output>{usePath()}</output>
      <Link href="/@bo">Bo</Link>
    </>
  );
}

beforeEach(() => history.replaceState(null, "", "/"));

it("follows a link in place, and the way back", async () => {
  render(<Where />);
  const length = history.length;
  await userEvent.click(screen.getByRole("link"));
  expect(screen.getByRole("status").textContent).toBe("/@bo");
  expect(history.length).toBe(length + 1);
});

it("leaves a click with a key held to the browser", async () => {
  render(<Where />);
  const user = userEvent.setup();
  await user.keyboard("{Control>}");
  await user.click(screen.getByRole("link"));
  expect(screen.getByRole("status").textContent).toBe("/");
});
