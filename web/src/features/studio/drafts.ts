/** Panels while they are edited: new ones have no id yet, and a key keeps what is typed at its panel. */
import type { PanelDocument } from "@/api/schema";

export interface Draft {
  key: string;
  panel: PanelDocument;
}

export function draftsOf(panels: PanelDocument[]): Draft[] {
  return panels.map((panel, index) => ({ key: `${panel.id ?? `place-${index}`}`, panel }));
}

export function withNew(drafts: Draft[]): Draft[] {
  const taken = new Set(drafts.map(({ key }) => key));
  let number = drafts.length;
  while (taken.has(`new-${number}`)) number += 1;
  return [...drafts, { key: `new-${number}`, panel: {} }];
}

/** The same with one of them a place further up or down; at either end nothing moves. */
export function moved(drafts: Draft[], from: number, by: -1 | 1): Draft[] {
  const draft = drafts[from];
  const to = from + by;
  if (!draft || to < 0 || to >= drafts.length) return drafts;
  const rest = drafts.filter((_, index) => index !== from);
  return [...rest.slice(0, to), draft, ...rest.slice(to)];
}
