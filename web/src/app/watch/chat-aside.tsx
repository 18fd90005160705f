import { i18n } from "@lingui/core";
import { type KeyboardEvent, type PointerEvent, Suspense } from "react";
import type { ChatLine } from "@/api/chat-line";
import { useSession } from "@/api/session";
import type { Channel } from "@/api/types";
import { later } from "@/lib/later";
import { signInPath } from "@/lib/next-page";
import { Icon } from "@/ui/icon";
import { usePath } from "@/ui/navigation";
import { PAGE } from "@/ui/page-icons";
import { type ChatPlace, WIDTHS } from "./chat-place";

/** The picture does not wait for it. */
const ChatPanel = later(() => import("../chat/panel"));

const KEY_STEP = 20;

interface WatchChatProps {
  channel: Channel;
  line: ChatLine;
  onHide?: () => void;
}

/** The chat on a channel's page, once its script has come. */
export function WatchChat({ channel, line, onHide }: WatchChatProps) {
  const session = useSession();
  const path = usePath();
  return (
    <Suspense fallback={<div className="chat-wait" />}>
      <ChatPanel
        slug={channel.slug}
        line={line}
        signedIn={session && session.account != null}
        signInHref={signInPath(path)}
        live={channel.status.state !== "offline"}
        onHide={onHide}
        popout={`/@${encodeURIComponent(channel.slug)}/chat`}
      />
    </Suspense>
  );
}

interface ChatAsideProps extends Omit<WatchChatProps, "onHide"> {
  place: ChatPlace;
}

/** Beside the picture, as wide as somebody likes it. */
export function ChatAside({ place, ...rest }: ChatAsideProps) {
  return (
    <aside className="watch-chat" aria-label={i18n._({ id: "watch.chat", message: "Chat of this channel" })}>
      <Edge place={place} />
      <WatchChat {...rest} onHide={place.hide} />
    </aside>
  );
}

/** The edge between picture and chat: dragged, or moved by arrows. */
function Edge({ place }: { place: ChatPlace }) {
  const rtl = () => (document.dir === "rtl" ? -1 : 1);
  const drag = (event: PointerEvent<HTMLElement>) => {
    const { currentTarget, pointerId, clientX } = event;
    const from = place.width;
    currentTarget.setPointerCapture(pointerId);
    const move = (moved: globalThis.PointerEvent) => place.resize(from + (clientX - moved.clientX) * rtl());
    currentTarget.addEventListener("pointermove", move);
    currentTarget.addEventListener(
      "lostpointercapture",
      () => currentTarget.removeEventListener("pointermove", move),
      { once: true },
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: KEY_STEP, ArrowRight: -KEY_STEP }[event.key];
    if (!step) return;
    event.preventDefault();
    place.resize(place.width + step * rtl());
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule that can be moved is no <hr>.
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={i18n._({ id: "watch.chat-width", message: "Width of the chat" })}
      aria-valuenow={place.width}
      aria-valuemin={WIDTHS.least}
      aria-valuemax={WIDTHS.most}
      tabIndex={0}
      className="watch-edge"
      onPointerDown={drag}
      onKeyDown={onKeyDown}
    />
  );
}

export function ShowChat({ onShow }: { onShow(): void }) {
  return (
    <button type="button" className="button" onClick={onShow}>
      <Icon glyph={PAGE.chat} />
      {i18n._({ id: "watch.show-chat", message: "Show the chat" })}
    </button>
  );
}
