/**
 * The one HTTP client of the pages.
 *
 * Calls, what they take and what they answer are those of the generated schema; what is left
 * to do at run time is too little to load a library for.
 */
import type { Calls } from "./schema";
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

export type CallName = keyof Calls;
export type Answer<C extends CallName> = Calls[C]["answer"];
/** What a call takes; fields it does not take are not there. */
export type Input<C extends CallName> = ([Names<C>] extends [never]
  ? unknown
  : { path: Record<Names<C>, string> }) &
  (Calls[C] extends { body: infer Body } ? { body: Body } : unknown) &
  (Calls[C] extends { query: infer Query } ? { query?: Query } : unknown);

interface AnyInput {
  path?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/** Fails with `ProblemError` when the server refuses, `TypeError` when it cannot be reached. */
export async function call<C extends CallName>(
  name: C,
  input: Input<C>,
  signal?: AbortSignal,
): Promise<Answer<C>> {
  const { path = {}, query = {}, body } = input as AnyInput;
  const [method = "GET", template = ""] = name.split(" ");
  return (await request(method, fillPath(template, path) + queryText(query), body, { signal })) as Answer<C>;
}

interface RequestOptions {
  signal?: AbortSignal | undefined;
  headers?: Record<string, string>;
}

/** For what the schema does not describe; everything else is a `call`. */
export async function request(
  method: string,
  url: string,
  body: unknown,
  { signal, headers: more }: RequestOptions = {},
): Promise<unknown> {
  const headers: Record<string, string> = { accept: "application/json", ...more };
  if (body !== undefined) headers["content-type"] = "application/json";
  const response = await fetch(url, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
  });
  if (!response.ok) throw new ProblemError(await problemOf(response));
  // 202 and 204 say all there is to say.
  const text = await response.text();
  return text === "" ? undefined : JSON.parse(text);
}

/** A channel as its page shows it. */
export function fetchChannel(slug: string, signal?: AbortSignal): Promise<Channel> {
  return call("GET /api/v1/channels/{name}", { path: { name: slug } }, signal);
}

function fillPath(path: string, params: Record<string, string>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
}

function queryText(query: Record<string, unknown>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  if (given.length === 0) return "";
  return `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}

/** A proxy in front of the server answers in its own words; only the status can be trusted then. */
export async function problemOf(response: Response): Promise<Problem> {
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
