/**
 * The one HTTP client of the pages.
 *
 * Paths, parameters and answers are those of the generated schema; what is left
 * to do at run time is too little to load a library for.
 */
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

type PathParams<P extends keyof paths> = paths[P]["get"]["parameters"]["path"];
type Answer<P extends keyof paths> = paths[P]["get"]["responses"][200]["content"]["application/json"];

/** Fetches a channel; fails with `ProblemError` when the server refuses, `TypeError` when it cannot be reached. */
export function fetchChannel(slug: string, signal?: AbortSignal): Promise<Channel> {
  return get("/api/v1/channels/{slug}", { slug }, signal);
}

async function get<P extends keyof paths>(
  path: P,
  params: PathParams<P>,
  signal?: AbortSignal,
): Promise<Answer<P>> {
  const response = await fetch(fillPath(path, params), {
    headers: { accept: "application/json" },
    signal: signal ?? null,
  });
  if (!response.ok) throw new ProblemError(await problemOf(response));
  return (await response.json()) as Answer<P>;
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
