/**
 * The one HTTP client of the pages.
 *
 * Paths and answers are those of the generated schema; what is left
 * to do at run time is too little to load a library for.
 */
import type { Answers } from "./schema";
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

/** The names in a path's braces. */
type Names<P extends string> = P extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Params<P extends string> = Record<Names<P>, string>;

/** Fetches a channel; fails with `ProblemError` when the server refuses, `TypeError` when it cannot be reached. */
export function fetchChannel(slug: string, signal?: AbortSignal): Promise<Channel> {
  return get("/api/v1/channels/{name}", { name: slug }, signal);
}

async function get<P extends keyof Answers>(
  path: P,
  params: Params<P>,
  signal?: AbortSignal,
): Promise<Answers[P]> {
  const response = await fetch(fillPath(path, params), {
    headers: { accept: "application/json" },
    signal: signal ?? null,
  });
  if (!response.ok) throw new ProblemError(await problemOf(response));
  return (await response.json()) as Answers[P];
}

function fillPath(path: string, params: Record<string, string>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
}

/** A proxy in front of the server answers in its own words; only the status can be trusted then. */
async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  if (typeof body === "object" && body !== null && "code" in body && "status" in body) return body as Problem;
  return {
    type: "about:blank",
    title: response.statusText || `HTTP ${response.status}`,
    status: response.status,
    detail: "",
    code: "unexpected_answer",
  };
}
