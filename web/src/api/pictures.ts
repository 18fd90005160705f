/** Pictures of channels and people. */
import { ProblemError, problemOf } from "./client";

/** What is on now; made when it is asked for. */
export function thumbnailUrl(slug: string): string {
  return `/api/v1/channels/${encodeURIComponent(slug)}/thumbnail.jpg`;
}

/** Puts a picture at an address; the server makes of it what pages show. */
export async function putPicture(url: string, file: Blob): Promise<void> {
  const headers = { "content-type": "application/octet-stream", accept: "application/json" };
  const response = await fetch(url, { method: "PUT", headers, body: file });
  if (!response.ok) throw new ProblemError(await problemOf(response));
}
