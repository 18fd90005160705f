/**
 * From page to page without loading anything anew: the address bar is the state.
 *
 * Every address is also one that the server answers with a whole page, so whatever
 * is not an ordinary click is the browser's to do.
 */
import { type AnchorHTMLAttributes, type MouseEvent, useEffect, useSyncExternalStore } from "react";

const MOVED = "rivulet:moved";

/** Goes to another address of this site. */
export function navigate(href: string, { replace = false, keepScroll = false } = {}): void {
  const target = new URL(href, location.href);
  if (target.href === location.href) return;
  if (changesDress(target.pathname)) {
    if (replace) location.replace(href);
    else location.assign(href);
    return;
  }
  if (replace) history.replaceState(null, "", href);
  else history.pushState(null, "", href);
  if (!keepScroll) scrollTo(0, 0);
  dispatchEvent(new Event(MOVED));
}

/** Pages on which nothing of the admin's own may run: people sign in there, or run something. */
const UNDRESSED =
  /^\/(?:admin|studio|settings|sign-in|register|setup|reset|reset-password|confirm-mail)(?:\/|$)/;

/** Whether the way there is between pages that load the admin's styles and script, and others. */
function changesDress(path: string): boolean {
  const isDressed = document.querySelector('meta[name="rivulet-dress"]') !== null;
  return isDressed && UNDRESSED.test(path) !== UNDRESSED.test(location.pathname);
}

export function usePath(): string {
  return useSyncExternalStore(follow, () => location.pathname);
}

/** What the address asks for behind its `?`. */
export function useQueryText(): string {
  return useSyncExternalStore(follow, () => location.search);
}

/** Says under which name the page stands in the browser's tab and history. */
export function useTitle(...parts: string[]): void {
  const title = parts.filter(Boolean).join(" · ");
  useEffect(() => {
    document.title = title;
  }, [title]);
}

function follow(onMove: () => void): () => void {
  addEventListener("popstate", onMove);
  addEventListener(MOVED, onMove);
  return () => {
    removeEventListener("popstate", onMove);
    removeEventListener(MOVED, onMove);
  };
}

/** A link within the site. */
export function Link({ href, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  const onClick = (event: MouseEvent) => {
    if (!isOrdinary(event)) return;
    event.preventDefault();
    navigate(href);
  };
  return <a href={href} onClick={onClick} {...rest} />;
}

/** Other buttons and keys held mean a new tab, a new window or a download. */
function isOrdinary({ button, altKey, ctrlKey, metaKey, shiftKey }: MouseEvent): boolean {
  return button === 0 && !altKey && !ctrlKey && !metaKey && !shiftKey;
}
