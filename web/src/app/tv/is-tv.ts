/** Names that browsers of televisions and of boxes beside them give themselves. */
const SETS =
  /\b(?:Tizen|Web0S|webOS|SmartTV|SMART-TV|HbbTV|NetCast|Android TV|GoogleTV|BRAVIA|AFT[A-Z]\w*|CrKey|AppleTV|Xbox|PlayStation)\b/i;

/** `?tv=1` makes a television of any screen. */
export function isTelevision(userAgent: string, search: string): boolean {
  const asked = new URLSearchParams(search).get("tv");
  return asked === null ? SETS.test(userAgent) : asked !== "0";
}
