/** Where a chat stands alone: a window of its own, or another site's frame. */
import { PRIMARY } from "@/api/client";

export interface Place {
  slug: string;
  readOnly: boolean;
}

/** `/@name/chat`, `/@name/embed/chat`, and Owncast's `/embed/chat/readonly` and `/embed/chat/readwrite`. */
export function placeOf(path: string, search: string): Place {
  const name = /^\/@([^/]+)\//.exec(path)?.[1];
  const asked = new URLSearchParams(search).get("readonly");
  return {
    slug: name === undefined ? PRIMARY : decodeURIComponent(name),
    readOnly: /\/readonly\/?$/.test(path) || (asked !== null && asked !== "false"),
  };
}
