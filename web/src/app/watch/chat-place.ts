import { type CSSProperties, useState } from "react";
import { readPreference, writePreference } from "@/lib/storage";

/** How wide the chat may be beside the picture, in pixels. */
export const WIDTHS = { least: 280, usual: 340, most: 520 };

export interface ChatPlace {
  shown: boolean;
  width: number;
  style: CSSProperties;
  show(): void;
  hide(): void;
  resize(width: number): void;
}

/** Whether and how wide the chat stands beside the picture, kept on this device. */
export function useChatPlace(): ChatPlace {
  const [shown, setShown] = useState(() => !readPreference("chat-hidden", false));
  const [width, setWidth] = useState(() => within(readPreference("chat-width", WIDTHS.usual)));
  const put = (next: boolean) => {
    setShown(next);
    writePreference("chat-hidden", !next);
  };
  return {
    shown,
    width,
    style: { "--chat-width": `${width}px` } as CSSProperties,
    show: () => put(true),
    hide: () => put(false),
    resize(next) {
      setWidth(within(next));
      writePreference("chat-width", within(next));
    },
  };
}

function within(width: number): number {
  return Math.round(Math.min(WIDTHS.most, Math.max(WIDTHS.least, width)));
}
