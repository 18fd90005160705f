/** How an overlay looks: all of it in its address, which whoever puts it into OBS writes. */

export interface Options {
  /** Lines that are shown at most. */
  max: number;
  /** Seconds after which a line goes; 0 keeps it. */
  fade: number;
  size: number;
  font: string | null;
  align: "start" | "end";
  badges: boolean;
  notes: boolean;
}

export function optionsOf(search: string): Options {
  const query = new URLSearchParams(search);
  const number = (name: string, usual: number, least: number, most: number) => {
    const value = Number(query.get(name) ?? usual);
    return Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : usual;
  };
  const on = (name: string) => !["0", "false", "no"].includes(query.get(name) ?? "");
  // A name of a font and nothing else: what stands here becomes part of a style.
  const font = /^[\p{L}\p{N} _-]{1,60}$/u.exec(query.get("font") ?? "")?.[0] ?? null;
  return {
    max: number("max", 20, 1, 100),
    fade: number("fade", 0, 0, 3600),
    size: number("size", 22, 10, 120),
    font,
    align: query.get("align") === "end" ? "end" : "start",
    badges: on("badges"),
    notes: query.get("notes") === "1",
  };
}
