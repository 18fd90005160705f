import { useEffect, useState } from "react";

const PARAMETER = "code";

/** The code of a link that works once; once it is read it is taken out of the address, so that it stays in no history. */
export function useCode(): string {
  const [code] = useState(() => new URL(location.href).searchParams.get(PARAMETER) ?? "");
  useEffect(() => {
    const url = new URL(location.href);
    if (!url.searchParams.has(PARAMETER)) return;
    url.searchParams.delete(PARAMETER);
    history.replaceState(null, "", url.pathname + url.search);
  }, []);
  return code;
}
