import type { CSSProperties } from "react";
import { hueOf } from "@/lib/hue";

interface AvatarProps {
  name: string;
  /** What the colour is made from, where nobody has chosen one. */
  seed: string;
  hue?: number;
  live?: boolean;
  size?: "small";
  /** Their picture, where they gave one. */
  picture?: string | null;
}

/** Somebody's or a channel's picture, or initial on its own colour; a ring when it is on air. */
export function Avatar({ name, seed, hue = hueOf(seed), live = false, size, picture }: AvatarProps) {
  const [initial = "?"] = name.trim();
  return (
    <span
      className="avatar"
      data-live={live || undefined}
      data-size={size}
      aria-hidden="true"
      style={{ "--avatar-hue": hue } as CSSProperties}
    >
      {initial.toUpperCase()}
      {picture && <img src={picture} alt="" decoding="async" />}
    </span>
  );
}
