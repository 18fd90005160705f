/** Pictures of channels and people. */
import { ProblemError, problemOf } from "./client";

/** What is on now; made when it is asked for. A small one has a fifth of the bytes. */
export function thumbnailUrl(slug: string, size: "usual" | "small"): string {
  const url = `/api/v1/channels/${encodeURIComponent(slug)}/thumbnail.jpg`;
  return size === "small" ? `${url}?size=small` : url;
}

/** Puts a picture at an address; the server makes of it what pages show. */
export async function putPicture(url: string, file: Blob): Promise<void> {
  const headers = { "content-type": "application/octet-stream", accept: "application/json" };
  const response = await fetch(url, { method: "PUT", headers, body: file });
  if (!response.ok) throw new ProblemError(await problemOf(response));
}
