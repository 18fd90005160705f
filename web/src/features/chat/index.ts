/** The door of the chat. */
export { ChatPanel, type ChatPanelProps } from "./panel";
