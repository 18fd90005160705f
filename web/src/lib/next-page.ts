/** Where somebody is sent back to after signing in: a page of this site, whatever the address says. */

const PARAMETER = "next";

/** The address of the sign-in page, which leads back to `path`. */
export function signInPath(path: string): string {
  if (path === "/" || path.startsWith("/sign-in")) return "/sign-in";
  return `/sign-in?${new URLSearchParams({ [PARAMETER]: path })}`;
}

/** The page that a query asks to be sent to; `/` where it names none, or one of another site. */
export function nextPage(search: string, origin: string): string {
  const asked = new URLSearchParams(search).get(PARAMETER);
  // Browsers read a backslash as a slash, and two of them as another site.
  if (!asked || !/^\/(?![/\\])/.test(asked)) return "/";
  const url = URL.canParse(asked, origin) ? new URL(asked, origin) : null;
  return url?.origin === origin ? url.pathname + url.search + url.hash : "/";
}
