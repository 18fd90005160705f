import { i18n } from "@lingui/core";
import { useState } from "react";
import { useScene } from "./context";
import { unreachableWords } from "./words";

const MAX_TEXT = 1000;

/** Whoever was silenced can ask moderators to look at it again: once for each time. */
export function Appeal({ action }: { action: string }) {
  const { appeal } = useScene();
  const [text, setText] = useState<string | null>(null);
  const [asked, setAsked] = useState<string | null>(null);
  const [complaint, setComplaint] = useState<string | null>(null);
  if (asked === action)
    return <p role="status">{i18n._({ id: "appeal.asked", message: "A moderator will look at it." })}</p>;
  if (text === null)
    return (
      <button type="button" className="button" onClick={() => setText("")}>
        {i18n._({ id: "appeal.open", message: "Appeal" })}
      </button>
    );
  const send = async () => {
    try {
      await appeal(action, text.trim());
      setAsked(action);
    } catch {
      setComplaint(unreachableWords());
    }
  };
  return (
    <form
      className="flex w-full gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) void send();
      }}
    >
      <input
        type="text"
        className="min-w-0 flex-1"
        value={text}
        maxLength={MAX_TEXT}
        dir="auto"
        // biome-ignore lint/a11y/noAutofocus: the field takes the place of the button that was pressed.
        autoFocus
        aria-label={i18n._({ id: "appeal.text", message: "Why this was wrong" })}
        placeholder={i18n._({ id: "appeal.text", message: "Why this was wrong" })}
        onChange={({ target }) => setText(target.value)}
      />
      <button type="submit" className="button" data-primary="" disabled={!text.trim()}>
        {i18n._({ id: "appeal.send", message: "Send" })}
      </button>
      {complaint && (
        <p className="chat-complaint" role="alert">
          {complaint}
        </p>
      )}
    </form>
  );
}
