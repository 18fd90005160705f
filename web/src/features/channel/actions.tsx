import { i18n } from "@lingui/core";
import { useRef } from "react";
import type { SiteAction } from "@/api/types";
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
          <TextAction key={action.title} action={action} />
        ) : (
          <a
            key={action.title}
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
      <dialog ref={dialog} className="dialog" aria-label={action.title}>
        <SafeHtml html={action.html ?? ""} />
        <form method="dialog" className="mt-4 flex justify-end">
          <button type="submit" className="button">
            {i18n._({ id: "sheet.close", message: "Close" })}
          </button>
        </form>
      </dialog>
    </>
  );
}
