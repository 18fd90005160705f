import { i18n } from "@lingui/core";
import { useId } from "react";
import { Icon } from "@/ui/icon";
import { EMOJI } from "./emoji";
import { CHAT } from "./icons";
import { useEmotes } from "./offers";

/** Emotes to pick from, in a popover of the browser's own. */
export function EmojiButton({ onPick }: { onPick(text: string): void }) {
  const id = useId();
  const emotes = useEmotes();
  const pick = (text: string) => {
    document.getElementById(id)?.hidePopover?.();
    onPick(text);
  };
  return (
    <>
      <button
        type="button"
        className="chat-icon-button"
        popoverTarget={id}
        aria-label={i18n._({ id: "emoji.open", message: "Emotes" })}
      >
        <Icon glyph={CHAT.smile} />
      </button>
      <div
        id={id}
        popover="auto"
        className="chat-emoji"
        role="dialog"
        aria-label={i18n._({ id: "emoji.open", message: "Emotes" })}
      >
        {emotes.map(({ name, url }) => (
          <button key={name} type="button" title={`:${name}:`} onClick={() => pick(`:${name}: `)}>
            <img src={url} alt={name} loading="lazy" />
          </button>
        ))}
        {EMOJI.map(({ name, text = "" }) => (
          <button
            key={name}
            type="button"
            title={`:${name}:`}
            aria-label={name.replaceAll("_", " ")}
            onClick={() => pick(text)}
          >
            {text}
          </button>
        ))}
      </div>
    </>
  );
}
