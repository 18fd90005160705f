import { useEffect, useState } from "react";

/** What is being written, kept in this tab: a page that is loaded anew loses none of it. */
export function useDraft(slug: string): [string, (text: string) => void] {
  const key = `rivulet.chat-draft.${slug}`;
  const [text, setText] = useState(() => read(key));
  useEffect(() => write(key, text), [key, text]);
  return [text, setText];
}

function read(key: string): string {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

function write(key: string, text: string): void {
  try {
    if (text) sessionStorage.setItem(key, text);
    else sessionStorage.removeItem(key);
  } catch {
    // Private windows may refuse; the text is then as lasting as the page.
  }
}
