import { i18n } from "@lingui/core";
import { type CSSProperties, type KeyboardEvent, type MouseEvent, memo, useRef, useState } from "react";
import type { Chatter } from "@/api/chat";
import { formatClock } from "@/lib/when";
import { Icon } from "@/ui/icon";
import { useChat, useScene } from "./context";
import { BADGES, CHAT } from "./icons";
import type { MessageRow, NoteRow, Row } from "./model";
import { keepsOrder } from "./people";
import { badgeName, noteWords } from "./words";

/** One line. A line that has not changed is not drawn again, however much arrives. */
export const RowView = memo(function RowView({ row }: { row: Row }) {
  return row.row === "message" ? <MessageView row={row} /> : <NoteView row={row} />;
});

function MessageView({ row }: { row: MessageRow }) {
  const { message, deleted, group, forYou } = row;
  const { show, reply, moderation, readOnly } = useScene();
  const moderates = useChat((view) => keepsOrder(view.you));
  const own = useChat((view) => view.you?.id === message.author.id);
  const [hot, setHot] = useState(false);
  const line = useRef<HTMLLIElement>(null);
  if (deleted === "cleared" && !moderates) return null;

  const remove = () => {
    const words = i18n._({ id: "deed.deleted", message: "Message deleted" });
    void moderation.act({ action: "delete", messages: [message.id] }, words);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key === "r" && !readOnly) reply(message.id);
    else if (key === "m" || key === "enter") show(message.author, message.id);
    else if (key === "d" && moderates && !deleted) remove();
    else return;
    event.preventDefault();
  };
  // A tool is gone once it has been used: who pressed it with a key stays on the line.
  const stay = ({ detail: clicks }: MouseEvent) => clicks === 0 && line.current?.focus();
  return (
    <li
      ref={line}
      className="chat-row"
      data-part="chat-message"
      data-message={message.id}
      data-style={message.style === "normal" ? undefined : message.style}
      data-for-you={forYou || undefined}
      data-grouped={(group > 0 && !deleted) || undefined}
      data-deleted={deleted ?? undefined}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      onPointerEnter={() => setHot(true)}
      onPointerLeave={() => setHot(false)}
      onFocus={() => setHot(true)}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setHot(false);
      }}
    >
      {message.reply_to && (
        <p className="chat-reply" dir="auto">
          <Icon glyph={CHAT.reply} />
          <span className="visually-hidden">{i18n._({ id: "row.answers", message: "In answer to" })} </span>
          <b>{message.reply_to.author_name}</b> {message.reply_to.excerpt}
        </p>
      )}
      <Body row={row} moderates={moderates} />
      {hot && !deleted && !readOnly && (
        <span className="chat-tools">
          <button
            type="button"
            aria-label={i18n._({ id: "row.reply", message: "Reply" })}
            title={i18n._({ id: "row.reply.key", message: "Reply (R)" })}
            onClick={() => reply(message.id)}
          >
            <Icon glyph={CHAT.reply} />
          </button>
          {(moderates || own) && <DeleteTool row={row} own={own} onUse={stay} onRemove={remove} />}
          <button
            type="button"
            aria-label={i18n._({ id: "row.more", message: "More about this person" })}
            title={i18n._({ id: "row.more.key", message: "More (M)" })}
            onClick={(event) => {
              stay(event);
              show(message.author, message.id);
            }}
          >
            <Icon glyph={CHAT.more} />
          </button>
        </span>
      )}
    </li>
  );
}

interface DeleteToolProps {
  row: MessageRow;
  own: boolean;
  onUse(event: MouseEvent): void;
  onRemove(): void;
}

function DeleteTool({ row, own, onUse, onRemove }: DeleteToolProps) {
  const { room } = useScene();
  return (
    <button
      type="button"
      aria-label={i18n._({ id: "row.delete", message: "Delete" })}
      title={i18n._({ id: "row.delete.key", message: "Delete (D)" })}
      onClick={(event) => {
        onUse(event);
        if (own) room.ask({ type: "delete", id: row.message.id });
        else onRemove();
      }}
    >
      <Icon glyph={CHAT.trash} />
    </button>
  );
}

function Body({ row, moderates }: { row: MessageRow; moderates: boolean }) {
  const { message, deleted, edited, group } = row;
  const [shown, setShown] = useState(false);
  if (deleted && !moderates) {
    return (
      <span className="chat-gone">
        {deleted === "author"
          ? i18n._({ id: "row.taken-back", message: "Message taken back" })
          : i18n._({ id: "row.deleted", message: "Message deleted by a moderator" })}
      </span>
    );
  }
  return (
    <>
      {(group === 0 || deleted) && <Name author={message.author} at={message.at} />}
      {deleted && !shown ? (
        <span className="chat-gone">
          {i18n._({ id: "row.deleted", message: "Message deleted by a moderator" })}{" "}
          <button type="button" className="underline" onClick={() => setShown(true)}>
            {i18n._({ id: "row.show", message: "Show" })}
          </button>
        </span>
      ) : (
        <ChatHtml html={message.html} />
      )}
      {edited && !deleted && (
        <span className="chat-edited">{i18n._({ id: "row.edited", message: "(edited)" })}</span>
      )}
    </>
  );
}

/** As the server cleaned it. */
function ChatHtml({ html }: { html: string }) {
  return (
    <span
      className="chat-text"
      // biome-ignore lint/security/noDangerouslySetInnerHtml: the server's sanitiser is the one place that decides.
      dangerouslySetInnerHTML={{ __html: html }}
    />
  );
}

function Name({ author, at }: { author: Chatter; at: string }) {
  const { show } = useScene();
  return (
    <span className="chat-who">
      <time className="chat-time" dateTime={at}>
        {formatClock(at, i18n.locale)}
      </time>
      <Badges author={author} />
      <button
        type="button"
        tabIndex={-1}
        className="chat-name"
        style={{ "--name-hue": author.hue } as CSSProperties}
        onClick={() => show(author, null)}
      >
        {author.name}
      </button>
      <span className="chat-colon" aria-hidden="true">
        :
      </span>
    </span>
  );
}

export function Badges({ author }: { author: Chatter }) {
  return author.badges.map((badge) => {
    const glyph = BADGES[badge];
    return (
      glyph && (
        <span key={badge} className="chat-badge" data-badge={badge} title={badgeName(badge)}>
          <Icon glyph={glyph} />
          <span className="visually-hidden">{badgeName(badge)} </span>
        </span>
      )
    );
  });
}

function NoteView({ row }: { row: NoteRow }) {
  const words = noteWords(row);
  return (
    <li className="chat-note" data-part="chat-note" data-note={row.note.what} tabIndex={-1}>
      {row.note.what === "html" ? <ChatHtml html={row.note.html} /> : <span dir="auto">{words}</span>}
    </li>
  );
}
