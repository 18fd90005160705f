/** Choices of this device that the server has to know before it sends a page. */

const YEAR_SECONDS = 31_536_000;

export function readChoice(name: string): string {
  const pair = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return pair?.slice(name.length + 1) ?? "";
}

/** An empty choice is none. */
export function writeChoice(name: string, value: string): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const age = value ? YEAR_SECONDS : 0;
  // biome-ignore lint/suspicious/noDocumentCookie: not every browser has the Cookie Store yet.
  document.cookie = `${name}=${value}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
}
