/** Pictures of channels. */

/** What is on now; made when it is asked for. */
export function thumbnailUrl(slug: string): string {
  return `/api/v1/channels/${encodeURIComponent(slug)}/thumbnail.jpg`;
}
