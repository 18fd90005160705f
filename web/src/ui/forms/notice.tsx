import type { ReactNode } from "react";
import { Icon } from "../icon";
import { GLYPHS, type Glyph } from "../icons";
import { MORE } from "./icons";

type Kind = "error" | "warning" | "done" | "info";

const ICONS: Record<Kind, Glyph> = {
  error: GLYPHS.warning,
  warning: GLYPHS.warning,
  done: GLYPHS.check,
  info: MORE.info,
};

interface NoticeProps {
  kind: Kind;
  children: ReactNode;
}

/** Something that has happened or has to be known, where it belongs; errors are read out at once. */
export function Notice({ kind, children }: NoticeProps) {
  return (
    <div className="notice" data-kind={kind} role={kind === "error" ? "alert" : "status"}>
      <Icon glyph={ICONS[kind]} />
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  );
}
