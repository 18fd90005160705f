import { i18n } from "@lingui/core";
import { useId, useRef } from "react";
import type { SiteAction } from "@/api/types";
import { Icon } from "@/ui/icon";
import { SafeHtml } from "@/ui/safe-html";

/** Buttons that the admin put under the player: they lead elsewhere, or show a text. */
export function Actions({ actions }: { actions: SiteAction[] }) {
  if (actions.length === 0) return null;
  return (
    <nav
      className="flex flex-wrap gap-2 pb-4"
      aria-label={i18n._({ id: "actions.label", message: "More from this site" })}
    >
      {actions.map((action) =>
        action.url === null ? (
          <TextAction key={JSON.stringify(action)} action={action} />
        ) : (
          <a
            key={JSON.stringify(action)}
            className="button"
            href={action.url}
            target="_blank"
            rel="noopener noreferrer"
            title={action.description || undefined}
          >
            {action.title}
          </a>
        ),
      )}
    </nav>
  );
}

function TextAction({ action }: { action: SiteAction }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  return (
    <>
      <button
        type="button"
        className="button"
        title={action.description || undefined}
        aria-haspopup="dialog"
        onClick={() => dialog.current?.showModal()}
      >
        {action.title}
      </button>
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
            {action.title}
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
        <SafeHtml html={action.html ?? ""} />
      </dialog>
    </>
  );
}
