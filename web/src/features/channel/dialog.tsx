import { i18n } from "@lingui/core";
import { type ReactNode, type RefObject, useId } from "react";
import { Icon } from "@/ui/icon";

interface ChannelDialogProps {
  dialog: RefObject<HTMLDialogElement | null>;
  title: string;
  children: ReactNode;
}

/** What opens over a channel's page; a press beside it closes it. */
export function ChannelDialog({ dialog, title, children }: ChannelDialogProps) {
  const heading = useId();
  return (
    <dialog
      ref={dialog}
      className="share-dialog"
      aria-labelledby={heading}
      onPointerDown={(event) => {
        if (event.target === dialog.current) dialog.current.close();
      }}
    >
      <div className="mb-3 flex items-center justify-between">
        <h2 id={heading} className="text-lg font-[650]" dir="auto">
          {title}
        </h2>
        <button
          type="button"
          className="-me-2 grid size-11 place-items-center rounded-card hover:bg-s2"
          aria-label={i18n._({ id: "sheet.close", message: "Close" })}
          onClick={() => dialog.current?.close()}
        >
          <Icon name="close" />
        </button>
      </div>
      {children}
    </dialog>
  );
}
