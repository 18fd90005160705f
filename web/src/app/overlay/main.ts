/** Chat over a picture: a browser source of OBS. It loads next to nothing and asks for nothing. */
import { isChatMessage } from "@/api/chat";
import { chatUrl, openSocket } from "@/api/socket";
import { Lines } from "./lines";
import { optionsOf } from "./options";
import "./layer.css";

const name = /^\/@([^/]+)\//.exec(location.pathname)?.[1];
const channel = name ? decodeURIComponent(name) : "primary";
const lines = new Lines(optionsOf(location.search));
const page = document.createElement("main");
const heading = document.createElement("h1");
heading.textContent = document.title;
page.append(heading, lines.element);
document.getElementById("root")?.replaceWith(page);

let last: number | null = null;
openSocket(() => chatUrl(channel, last), {
  onConnected: () => undefined,
  onMessage(message) {
    if (!isChatMessage(message) || message.type !== "chat") return;
    for (const event of message.events) {
      last = event.seq;
      lines.apply(event);
    }
  },
});
