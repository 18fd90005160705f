import { i18n } from "@lingui/core";
import { useRef } from "react";
import type { SiteAction } from "@/api/types";
import { SafeHtml } from "@/ui/safe-html";
import { ChannelDialog } from "./dialog";

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
      <ChannelDialog dialog={dialog} title={action.title}>
        <SafeHtml html={action.html ?? ""} />
      </ChannelDialog>
    </>
  );
}
