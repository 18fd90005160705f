import { i18n } from "@lingui/core";
import { useStore } from "zustand";
import { useScene } from "./context";

/** What was done a moment ago, and the way to take it back. */
export function UndoBar() {
  const { moderation } = useScene();
  const { done, complaint } = useStore(moderation.store);
  return (
    <div
      className="chat-undo"
      role="status"
      data-part="chat-undo"
      onFocus={() => moderation.hold(true)}
      onBlur={() => moderation.hold(false)}
    >
      {complaint && <p data-bad="">{complaint}</p>}
      {done.map(({ id, words, undoable }) => (
        <p key={id}>
          <span className="min-w-0 flex-1 wrap-anywhere" dir="auto">
            {words}
          </span>
          {undoable && (
            <button
              type="button"
              onClick={({ currentTarget }) => {
                // The button goes with what it undoes: what comes next is in the list.
                currentTarget.closest(".chat")?.querySelector<HTMLElement>("[role=log]")?.focus();
                void moderation.undo(id);
              }}
            >
              {i18n._({ id: "undo.button", message: "Undo" })}
            </button>
          )}
        </p>
      ))}
    </div>
  );
}
