import { i18n } from "@lingui/core";
import { type CSSProperties, useEffect, useMemo, useRef, useState } from "react";
import { useStore } from "zustand";
import type { ChatLine } from "@/api/chat-line";
import { appealAgainst, forgetGuest, knownGuest, newGuest } from "@/api/guest";
import { Appeal } from "./appeal";
import { PersonCard, type Shown } from "./card";
import { Composer } from "./composer";
import { ChatContext, useChat } from "./context";
import { ChatHeader } from "./header";
import { MessageList } from "./list";
import { LiveRegion } from "./live-region";
import { useLooks } from "./looks";
import type { Said } from "./model";
import { Moderation } from "./moderation";
import { keepsOrder } from "./people";
import { ChatRoom } from "./room";
import { Slot } from "./slot";
import { UndoBar } from "./undo";
import { closedWords, silenceWords, unreachableWords } from "./words";
import "./layer.css";

export interface ChatPanelProps {
  slug: string;
  line: ChatLine;
  /** Whether somebody is signed in; `undefined` until that is known. */
  signedIn: boolean | undefined;
  /** Where one signs in and comes back from. */
  signInHref: string;
  readOnly?: boolean;
  /** Changes when the stream begins or ends, which may open or close the room. */
  live?: boolean;
  onHide?: () => void;
  popout?: string;
}

/** The chat of one channel. */
export function ChatPanel(props: ChatPanelProps) {
  const { slug, line, signedIn, signInHref, readOnly = false, live, ...rest } = props;
  const { room, moderation } = useRoom(slug, line, signedIn, readOnly);
  useEffect(() => {
    if (live !== undefined) room.refreshSoon();
  }, [live, room]);
  const [looks, setLooks] = useLooks();
  const [shown, setShown] = useState<Shown | null>(null);
  const [answering, setAnswering] = useState<Said | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const scene = useMemo(
    () => ({
      room,
      slug,
      moderation,
      readOnly,
      reply(id: string) {
        const { rows } = room.store.getState();
        const row = rows.find((it) => it.row === "message" && it.message.id === id);
        if (row?.row === "message") setAnswering(row.message);
        field.current?.focus();
      },
      show: (chatter: Shown["chatter"], message: string | null) => setShown({ chatter, message }),
      appeal: (action: string, text: string) => appealAgainst(slug, action, text),
    }),
    [room, slug, moderation, readOnly],
  );
  return (
    <ChatContext value={scene}>
      <section
        className="chat"
        data-part="chat"
        data-times={looks.times || undefined}
        style={{ "--chat-size": `${looks.size}px` } as CSSProperties}
        aria-label={i18n._({ id: "chat.label", message: "Chat" })}
      >
        <ChatHeader looks={looks} onLooks={setLooks} {...rest} />
        <Slot />
        <MessageList />
        <UndoBar />
        {!readOnly && (
          <Foot
            signInHref={signInHref}
            composer={
              <Composer
                field={field}
                answering={answering}
                onAnswered={() => setAnswering(null)}
                onBegin={() => begin(room, signedIn)}
              />
            }
          />
        )}
        <LiveRegion room={room} hears={looks.hears} />
        {shown && <PersonCard shown={shown} onClose={() => setShown(null)} />}
      </section>
    </ChatContext>
  );
}

/** Where one writes, or why one cannot. */
function Foot({ composer, signInHref }: { composer: React.ReactNode; signInHref: string }) {
  const { allowed, reason, detail, until, action } = useChat((view) => view.maySpeak);
  const closed = useChat((view) => view.closed);
  const named = useChat((view) => view.you !== null);
  const welcomed = useChat((view) => view.welcomed);
  if (closed) return <p className="chat-silence">{closedWords(closed)}</p>;
  // A pause is over soon: what is being written stays. Who has no name yet gets one by beginning to write.
  const passing = reason === "slow_mode" || reason === "flood" || reason === "read_only";
  // Nothing is offered before it is known whether it may be used: the place is kept.
  if (!welcomed) return <div className="chat-silence" />;
  if (allowed || passing) return composer;
  return (
    <div className="chat-silence" data-part="chat-silence">
      <p>{silenceWords({ allowed, reason, detail, until }, Date.now())}</p>
      {reason === "signed_in_only" && !named && (
        <a className="button" data-primary="" href={signInHref}>
          {i18n._({ id: "shell.sign-in", message: "Sign in" })}
        </a>
      )}
      {action && <Appeal action={action} />}
    </div>
  );
}

interface Made {
  room: ChatRoom;
  moderation: Moderation;
}

/** The server tells a line once who is here and what was said: what is drawn of it comes and goes. */
const ROOMS = new WeakMap<ChatLine, Made>();

function roomOf(line: ChatLine, slug: string, readOnly: boolean): Made {
  const known = ROOMS.get(line);
  if (known) return known;
  const room: ChatRoom = new ChatRoom(line, {
    guest: readOnly ? null : knownGuest(),
    moderates: () => keepsOrder(room.store.getState().you),
  });
  const made = { room, moderation: new Moderation(slug) };
  ROOMS.set(line, made);
  room.enter();
  return made;
}

function useRoom(slug: string, line: ChatLine, signedIn: boolean | undefined, readOnly: boolean): Made {
  const [made] = useState(() => roomOf(line, slug, readOnly));
  // At its new place, the list begins at its end.
  useEffect(() => made.room.resume(), [made]);
  // A guest whom the server knows no more gets a new name with the next word.
  const stranger = useStore(
    made.room.store,
    ({ complaint, you }) => you === null && complaint?.code === "read_only",
  );
  useEffect(() => {
    if (!stranger || signedIn !== false) return;
    forgetGuest();
    made.room.store.setState({ complaint: null });
  }, [made, stranger, signedIn]);
  return made;
}

/** Guests get their name when they begin to write, not by reading along. */
async function begin(room: ChatRoom, signedIn: boolean | undefined): Promise<void> {
  if (signedIn !== false || room.store.getState().you || knownGuest()) return;
  try {
    await room.becomeGuest(newGuest);
  } catch {
    room.store.setState({
      complaint: { code: "unreachable", detail: unreachableWords(), until: null, words: null },
    });
  }
}
