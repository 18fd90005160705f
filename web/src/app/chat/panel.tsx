/** The chat with its words: a script of its own, which the picture does not wait for. */
import "@/lib/chat-messages";
import { ChatPanel } from "@/features/chat";

export default ChatPanel;
