import { i18n } from "@lingui/core";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { call } from "@/api/client";
import { Icon } from "./icon";
import { navigate } from "./navigation";
import { PAGE } from "./page-icons";

/** Long enough that typing a word asks once or twice, short enough not to be noticed. */
const PAUSE_MS = 150;
const MAX_QUERY = 200;

function searchPath(query: string): string {
  return `/search?${new URLSearchParams({ q: query })}`;
}

/** The search of every page's header; names that begin so are offered while somebody types. */
export function SearchBox({ initial = "" }: { initial?: string }) {
  const [text, setText] = useState(initial);
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const list = useId();
  const wanted = usePaused(text.trim());
  const { data: offered = [] } = useQuery({
    queryKey: ["site", "suggest", wanted],
    queryFn: ({ signal }) => call("GET /api/v1/search/suggest", { query: { q: wanted } }, signal),
    enabled: open && wanted.length > 0,
  });
  const shown = open && wanted ? offered : [];

  const go = (href: string) => {
    setOpen(false);
    setChosen(-1);
    navigate(href);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shown.length > 0) {
      event.preventDefault();
      // One place more than there are suggestions: the words themselves.
      setChosen(((chosen + 1 + step + shown.length + 1) % (shown.length + 1)) - 1);
    } else if (event.key === "Escape" && shown.length > 0) {
      event.preventDefault();
      setOpen(false);
      setChosen(-1);
    }
  };
  return (
    <search className="search-box">
      <form
        action="/search"
        onSubmit={(event) => {
          event.preventDefault();
          const picked = shown[chosen];
          if (picked) go(picked.url);
          else if (text.trim()) go(searchPath(text.trim()));
        }}
        onBlur={({ currentTarget, relatedTarget }) => {
          if (!currentTarget.contains(relatedTarget)) setOpen(false);
        }}
      >
        <input
          type="search"
          name="q"
          role="combobox"
          aria-label={i18n._({ id: "search.label", message: "Search channels and categories" })}
          placeholder={i18n._({ id: "search.placeholder", message: "Search" })}
          aria-expanded={shown.length > 0}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={shown[chosen] ? `${list}-${chosen}` : undefined}
          autoComplete="off"
          spellCheck={false}
          enterKeyHint="search"
          maxLength={MAX_QUERY}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setOpen(true);
            setChosen(-1);
          }}
          onKeyDown={onKeyDown}
        />
        <button type="submit" aria-label={i18n._({ id: "search.submit", message: "Search" })}>
          <Icon glyph={PAGE.search} />
        </button>
        <div
          id={list}
          role="listbox"
          className="menu"
          hidden={shown.length === 0}
          aria-label={i18n._({ id: "search.suggestions", message: "Suggestions" })}
        >
          {shown.map(({ text: name, url }, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the field's, which keeps the focus.
            <div
              key={url}
              id={`${list}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              className="search-option"
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => go(url)}
              dir="auto"
            >
              {name}
            </div>
          ))}
        </div>
      </form>
    </search>
  );
}

/** A text once it has not changed for a moment. */
function usePaused(text: string): string {
  const [paused, setPaused] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return paused;
}
