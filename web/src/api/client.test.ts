import { afterEach, expect, it, vi } from "vitest";
import { channel, OFFLINE } from "@/lib/testing/samples";
import { fetchChannel, ProblemError, request } from "./client";

afterEach(() => vi.unstubAllGlobals());

function answer(response: Response) {
  const fetching = vi.fn(async (_url: string) => response);
  vi.stubGlobal("fetch", fetching);
  return fetching;
}

it("asks for the channel by its escaped name", async () => {
  const fetching = answer(Response.json(channel(OFFLINE)));
  await expect(fetchChannel("a/b")).resolves.toEqual(channel(OFFLINE));
  expect(fetching.mock.calls[0]?.[0]).toBe("/api/v1/channels/a%2Fb");
});

it("fails with the server's problem document", async () => {
  const problem = {
    type: "about:blank",
    title: "No such channel",
    status: 404,
    detail: "",
    code: "not_found",
  };
  answer(Response.json(problem, { status: 404 }));
  const failure = await fetchChannel("nobody").catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ProblemError);
  expect(failure).toMatchObject({ problem });
});

it("keeps at least the status of a proxy's error page", async () => {
  answer(new Response("<h1>Bad gateway</h1>", { status: 502 }));
  await expect(fetchChannel("x")).rejects.toMatchObject({
    problem: { status: 502, code: "unexpected_answer" },
  });
});

it.each([202, 204])("takes %i without a word for an answer", async (status) => {
  answer(new Response(null, { status }));
  await expect(request("POST", "/x", {})).resolves.toBeUndefined();
});
