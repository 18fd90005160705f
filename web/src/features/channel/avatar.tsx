import type { CSSProperties } from "react";
import { hueOf } from "@/lib/hue";

interface AvatarProps {
  name: string;
  slug: string;
  live: boolean;
}

/** The channel's initial on its own colour; a ring when it is on air. */
export function Avatar({ name, slug, live }: AvatarProps) {
  const [initial = "?"] = name.trim();
  return (
    <span
      className="avatar"
      data-live={live || undefined}
      aria-hidden="true"
      style={{ "--avatar-hue": hueOf(slug) } as CSSProperties}
    >
      {initial.toUpperCase()}
    </span>
  );
}
