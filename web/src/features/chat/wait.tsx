import { i18n } from "@lingui/core";
import { useEffect, useState } from "react";
import { Icon } from "@/ui/icon";
import { useChat } from "./context";
import { CHAT } from "./icons";

const TICK_MS = 250;

interface Wait {
  /** Seconds until one may write again. */
  left: number;
  /** From 0 to 1, how much of the wait is over. */
  over: number;
}

/** The pause that slow mode asks for, while it runs. */
export function useWait(): Wait {
  const until = useChat((view) => view.maySpeak.until);
  const slow = useChat((view) => view.modes?.slow_seconds ?? 0);
  const ends = until ? Date.parse(until) : 0;
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    setNow(Date.now());
    if (ends <= Date.now()) return;
    const timer = setInterval(() => {
      setNow(Date.now());
      if (Date.now() >= ends) clearInterval(timer);
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [ends]);
  const left = Math.max(0, (ends - now) / 1000);
  const whole = Math.max(slow, left, 1);
  return { left, over: 1 - left / whole };
}

/** Sends; while one has to wait, a ring closes around it and says how long. */
export function SendButton({ wait: { left, over }, disabled }: { wait: Wait; disabled: boolean }) {
  const seconds = Math.ceil(left);
  return (
    <button
      type="submit"
      className="chat-send"
      aria-disabled={disabled || left > 0 || undefined}
      aria-label={
        left > 0
          ? i18n._({ id: "send.wait", message: "Send, in {seconds} seconds", values: { seconds } })
          : i18n._({ id: "send.now", message: "Send" })
      }
    >
      {left > 0 ? (
        <>
          <svg className="chat-ring" viewBox="0 0 36 36" aria-hidden="true">
            <circle cx="18" cy="18" r="15" pathLength="1" style={{ strokeDashoffset: 1 - over }} />
          </svg>
          <span aria-hidden="true" className="tabular-nums">
            {seconds}
          </span>
        </>
      ) : (
        <Icon glyph={CHAT.send} />
      )}
    </button>
  );
}
