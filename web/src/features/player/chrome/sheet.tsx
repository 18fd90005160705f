import { i18n } from "@lingui/core";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { Icon } from "@/ui/icon";
import { useMediaQuery } from "@/ui/use-media-query";

interface SheetProps {
  title: string;
  onClose(): void;
  /** `corner` floats over the picture where there is room; `centre` is always a dialog. */
  place: "corner" | "centre";
  children: ReactNode;
}

const PHONE = "(width < 600px), (height < 480px)";

/** A panel over the picture, and a sheet from the bottom edge on phones. */
export function Sheet({ title, onClose, place, children }: SheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const modal = useMediaQuery(PHONE) || place === "centre";

  useEffect(() => {
    const element = dialog.current;
    if (!element) return;
    if (modal) element.showModal();
    else element.show();
    return () => element.close();
  }, [modal]);

  useEffect(() => {
    const element = dialog.current;
    if (!element) return;
    const onPointerDown = (event: PointerEvent) => {
      const target = event.target;
      // The backdrop of a modal dialog belongs to the dialog itself; the opener toggles by its own click.
      const outside =
        target instanceof Element && !target.closest("[aria-haspopup=dialog]") && !element.contains(target);
      if (outside || target === element) onClose();
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === "Escape") onClose();
    };
    document.addEventListener("pointerdown", onPointerDown);
    document.addEventListener("keydown", onKeyDown);
    return () => {
      document.removeEventListener("pointerdown", onPointerDown);
      document.removeEventListener("keydown", onKeyDown);
    };
  }, [onClose]);

  return (
    <dialog
      ref={dialog}
      className="player-sheet"
      data-place={place}
      aria-labelledby={heading}
      onCancel={onClose}
    >
      <div className="player-sheet-body">
        <header>
          <h2 id={heading}>{title}</h2>
          <button
            type="button"
            className="player-button"
            aria-label={i18n._({ id: "sheet.close", message: "Close" })}
            onClick={onClose}
          >
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
