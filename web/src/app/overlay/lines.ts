/** The lines of an overlay, as plain elements: a browser source has little time of its own. */
import type { ChatEvent, Message } from "@/api/chat";
import type { Options } from "./options";

const FADE_OUT_MS = 600;

export class Lines {
  readonly element = document.createElement("ol");
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
    this.element.dataset.part = "chat";
    this.element.dataset.align = options.align;
    this.element.style.setProperty("--overlay-size", `${options.size}px`);
    if (options.font) this.element.style.fontFamily = `"${options.font}", system-ui, sans-serif`;
  }

  apply(event: ChatEvent): void {
    switch (event.kind) {
      case "message":
        this.#add(event);
        break;
      case "edited":
        this.#find(event.id)?.querySelector("[data-part=chat-text]")?.replaceChildren(parsed(event.html));
        break;
      case "deleted":
        for (const id of event.ids) this.#find(id)?.remove();
        break;
      case "cleared":
        for (const line of this.element.querySelectorAll<HTMLElement>("li"))
          if (line.dataset.author === event.chatter_id) line.remove();
        break;
      case "notice":
        if (this.#options.notes) this.#note(event.html);
        break;
    }
  }

  #find(id: string): HTMLElement | undefined {
    return [...this.element.children].find((line) => (line as HTMLElement).dataset.message === id) as
      | HTMLElement
      | undefined;
  }

  #add(message: Message): void {
    const line = document.createElement("li");
    line.dataset.part = "chat-message";
    line.dataset.message = message.id;
    line.dataset.author = message.author.id;
    line.dataset.style = message.style;
    const name = document.createElement("span");
    name.dataset.part = "chat-name";
    name.style.setProperty("--name-hue", String(message.author.hue));
    name.textContent = message.author.name;
    const text = document.createElement("span");
    text.dataset.part = "chat-text";
    text.dir = "auto";
    text.append(parsed(message.html));
    const badges = this.#options.badges ? message.author.badges.map(badge) : [];
    line.append(...badges, name, text);
    this.#show(line);
  }

  #note(html: string): void {
    const line = document.createElement("li");
    line.dataset.part = "chat-note";
    line.append(parsed(html));
    this.#show(line);
  }

  #show(line: HTMLElement): void {
    this.element.append(line);
    while (this.element.childElementCount > this.#options.max) this.element.firstElementChild?.remove();
    if (this.#options.fade > 0) {
      setTimeout(() => {
        line.dataset.fading = "";
        setTimeout(() => line.remove(), FADE_OUT_MS);
      }, this.#options.fade * 1000);
    }
  }
}

function badge(name: string): HTMLElement {
  const mark = document.createElement("span");
  mark.dataset.part = "chat-badge";
  mark.dataset.badge = name;
  return mark;
}

/** The server cleaned it; a template's scripts and handlers would not run even so. */
function parsed(html: string): DocumentFragment {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}
