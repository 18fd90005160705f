import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { Chatter } from "@/api/chat";
import type { Moderation } from "./moderation";
import type { ChatRoom, RoomView } from "./room";

export interface ChatScene {
  room: ChatRoom;
  slug: string;
  moderation: Moderation;
  /** Reads along only, as an embed or a slide does. */
  readOnly: boolean;
  reply(id: string): void;
  /** Asks moderators to look at what they did to whoever sits here. */
  appeal(action: string, text: string): Promise<void>;
  /** Opens somebody's card; with the message that it is about, if it is about one. */
  show(chatter: Chatter, message: string | null): void;
}

export const ChatContext = createContext<ChatScene | null>(null);

export function useScene(): ChatScene {
  const scene = useContext(ChatContext);
  if (!scene) throw new Error("chat rendered outside of its room");
  return scene;
}

export function useChat<T>(select: (view: RoomView) => T): T {
  return useStore(useScene().room.store, select);
}
