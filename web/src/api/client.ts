/** The one HTTP client of the pages. */
import createClient from "openapi-fetch";
import type { paths } from "./schema";
import type { Channel, Problem } from "./types";

/** The slug that always names the site's primary channel. */
export const PRIMARY = "primary";

/** The server answered with a problem document (RFC 9457). */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.name = "ProblemError";
    this.problem = problem;
  }
}

const client = createClient<paths>({ baseUrl: globalThis.location?.origin ?? "" });

/** Fetches a channel; fails with `ProblemError` when the server refuses, `TypeError` when it cannot be reached. */
export async function fetchChannel(slug: string, signal?: AbortSignal): Promise<Channel> {
  const { data, error, response } = await client.GET("/api/v1/channels/{slug}", {
    params: { path: { slug } },
    signal: signal ?? null,
  });
  if (data) return data;
  throw new ProblemError(isProblem(error) ? error : problemOf(response));
}

function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "code" in value && "status" in value;
}

/** A proxy in front of the server answers in its own words; only the status can be trusted then. */
function problemOf(response: Response): Problem {
  return {
    type: "about:blank",
    title: response.statusText || `HTTP ${response.status}`,
    status: response.status,
    detail: "",
    code: "unexpected_answer",
  };
}
