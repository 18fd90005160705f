import { i18n } from "@lingui/core";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useMemo, useState } from "react";
import { type Command, type Emote, type Offer, offersFor, type Word, wordAt } from "./completion";
import { useChat, useScene } from "./context";
import { EMOJI } from "./emoji";
import { emotesOf } from "./emotes";

export interface Offers {
  word: Word | null;
  list: Offer[];
  chosen: number;
  /** True when the key was one for the list. */
  onKeyDown(event: KeyboardEvent, take: (offer: Offer) => void): boolean;
}

/** Emotes of the site and the channel; asked for again when the room says that they changed. */
export function useEmotes(): Emote[] {
  const { slug, readOnly } = useScene();
  const version = useChat((view) => view.emotesVersion);
  const { data = [] } = useQuery({
    queryKey: ["site", "emotes", slug, version],
    queryFn: ({ signal }) => emotesOf(slug, signal),
    // Nobody gave this room emotes while the number is nothing.
    enabled: version > 0 && !readOnly,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return data;
}

/** What may be meant by the word before the caret. */
export function useOffers(text: string, caret: number, commands: Command[]): Offers {
  const emotes = useEmotes();
  const speakers = useChat((view) => view.speakers);
  const present = useChat((view) => view.present.some);
  const you = useChat((view) => view.you?.id);
  const [chosen, setChosen] = useState(0);
  const [dismissed, setDismissed] = useState("");
  const people = useMemo(() => {
    const names = [...speakers, ...present].flatMap(({ id, name }) => (id === you ? [] : [name]));
    return [...new Set(names)];
  }, [speakers, present, you]);
  const word = text === dismissed ? null : wordAt(text, caret);
  const list = word ? offersFor(word, { emotes: [...emotes, ...EMOJI], people, commands }) : [];
  const at = Math.min(chosen, Math.max(0, list.length - 1));
  const onKeyDown = (event: KeyboardEvent, take: (offer: Offer) => void) => {
    const offer = list[at];
    if (!offer) return false;
    if (event.key === "ArrowDown") setChosen((at + 1) % list.length);
    else if (event.key === "ArrowUp") setChosen((at + list.length - 1) % list.length);
    else if (event.key === "Escape") setDismissed(text);
    else if (event.key === "Tab" || event.key === "Enter") {
      // A command that is written out is carried out, not offered again.
      if (event.key === "Enter" && offer.insert === text.trim()) return false;
      take(offer);
      setChosen(0);
    } else return false;
    event.preventDefault();
    return true;
  };
  return { word, list, chosen: at, onKeyDown };
}

interface OfferListProps {
  id: string;
  offers: Offers;
  onTake(offer: Offer): void;
}

export function OfferList({ id, offers: { list, chosen }, onTake }: OfferListProps) {
  return (
    <>
      <p className="visually-hidden" role="status">
        {list.length > 0 &&
          i18n._({
            id: "offers.count",
            message: "{count, plural, one {# suggestion} other {# suggestions}}, Tab takes it",
            values: { count: list.length },
          })}
      </p>
      {list.length > 0 && (
        <div
          id={id}
          role="listbox"
          className="chat-offers"
          aria-label={i18n._({ id: "offers.label", message: "Suggestions" })}
        >
          {list.map((offer, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the field's, which keeps the focus.
            <div
              key={offer.label}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => onTake(offer)}
            >
              <OfferFace offer={offer} />
            </div>
          ))}
        </div>
      )}
    </>
  );
}

function OfferFace({ offer }: { offer: Offer }) {
  switch (offer.kind) {
    case "emote":
      return (
        <>
          <span className="chat-offer-face" aria-hidden="true">
            {offer.emote.url ? <img src={offer.emote.url} alt="" /> : offer.emote.text}
          </span>
          {offer.label}
        </>
      );
    case "person":
      return <span dir="auto">{offer.label}</span>;
    case "command":
      return (
        <>
          <b>{offer.label}</b> <span className="text-fg-3">{offer.command.hint}</span>
          <span className="ms-auto truncate text-fg-2">{offer.command.about}</span>
        </>
      );
  }
}
