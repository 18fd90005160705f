import { i18n } from "@lingui/core";
import { type ReactNode, useId, useRef } from "react";
import { Button } from "../button";
import { Notice } from "./notice";
import { useAction } from "./use-action";

interface ActionButtonProps {
  /** What the button does. */
  act(): Promise<unknown>;
  kind?: "primary" | "danger" | "quiet";
  /** What the button is about, for those who hear it without what stands around it. */
  about?: string;
  /** Asks first: what will happen, and the words of the button that makes it happen. */
  confirm?: { title: string; detail: string; yes: string };
  children: ReactNode;
}

/** A button that does one thing on the server, asking first where that cannot be undone. */
export function ActionButton({ act, kind, about, confirm, children }: ActionButtonProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const action = useAction(act);
  const heading = useId();
  const label = (
    <>
      {children}
      {about && <span className="visually-hidden"> {about}</span>}
    </>
  );
  if (!confirm) {
    return (
      <>
        <Button kind={kind} busy={action.busy} onClick={() => void action.run()}>
          {label}
        </Button>
        {action.complaint && <Complaint words={action.complaint} />}
      </>
    );
  }
  return (
    <>
      <Button kind={kind} onClick={() => dialog.current?.showModal()}>
        {label}
      </Button>
      <dialog ref={dialog} className="dialog" aria-labelledby={heading}>
        <h2 id={heading} className="text-lg leading-snug font-[650]">
          {confirm.title}
        </h2>
        <p className="mt-2 text-[15px] text-fg-2">{confirm.detail}</p>
        {action.complaint && (
          <div className="mt-4">
            <Notice kind="error">{action.complaint}</Notice>
          </div>
        )}
        <div className="mt-6 flex flex-wrap justify-end gap-3">
          <Button kind="quiet" onClick={() => dialog.current?.close()}>
            {i18n._({ id: "confirm.no", message: "Cancel" })}
          </Button>
          <Button
            kind={kind === "danger" ? "danger" : "primary"}
            busy={action.busy}
            onClick={async () => {
              if (await action.run()) dialog.current?.close();
            }}
          >
            {confirm.yes}
          </Button>
        </div>
      </dialog>
    </>
  );
}

function Complaint({ words }: { words: string }) {
  return (
    <div className="basis-full">
      <Notice kind="error">{words}</Notice>
    </div>
  );
}
