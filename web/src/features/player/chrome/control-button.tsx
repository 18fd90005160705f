import type { ComponentProps } from "react";
import { Icon } from "@/ui/icon";
import type { IconName } from "@/ui/icons";

interface ControlButtonProps extends Omit<ComponentProps<"button">, "children"> {
  icon: IconName;
  label: string;
  /** The key that does the same, shown with the label. */
  shortcut?: string;
}

/** A button of the control bar: a glyph with its name as label and tooltip. */
export function ControlButton({ icon, label, shortcut, className = "", ...rest }: ControlButtonProps) {
  return (
    <button
      type="button"
      className={`player-button ${className}`}
      aria-label={label}
      aria-keyshortcuts={shortcut}
      data-tip={shortcut ? `${label} (${shortcut})` : label}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  );
}
