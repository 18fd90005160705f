import { i18n } from "@lingui/core";
import { useId } from "react";
import { Link, navigate } from "@/ui/navigation";
import type { Filter } from "./queries";

const SORTS = ["viewers", "started", "name"] as const;
const MAX_LANGUAGES = 8;

/** What the address asks for; whatever it names that there is not counts as not named. */
export function filterOf(search: string): Filter {
  const query = new URLSearchParams(search);
  const sort = SORTS.find((known) => known === query.get("sort"));
  return {
    ...(query.get("live") === "true" && { live: true }),
    ...(query.get("tag") && { tag: query.get("tag") ?? "" }),
    ...(query.get("language") && { language: query.get("language") ?? "" }),
    ...(sort && sort !== "viewers" && { sort }),
  };
}

/** The address of the same list with another filter. */
export function filterPath(path: string, filter: Filter): string {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined && value !== "");
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return given.length > 0 ? `${path}?${query}` : path;
}

interface FiltersProps {
  path: string;
  filter: Filter;
}

/** What a list is narrowed to, and what comes first: all of it in the address. */
export function Filters({ path, filter }: FiltersProps) {
  const id = useId();
  const set = (change: Filter) => navigate(filterPath(path, { ...filter, ...change }), { keepScroll: true });
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2" data-part="filters">
      <label className="flex min-h-11 items-center gap-2 text-[15px]">
        <input
          type="checkbox"
          className="checkbox mt-0!"
          checked={filter.live ?? false}
          onChange={({ target }) => set({ live: target.checked || undefined })}
        />
        {i18n._({ id: "filter.live", message: "Only live" })}
      </label>
      <label htmlFor={`${id}-sort`} className="flex items-center gap-2 text-[15px]">
        {i18n._({ id: "filter.sort", message: "Order" })}
        <select
          id={`${id}-sort`}
          className="input w-auto!"
          value={filter.sort ?? "viewers"}
          onChange={({ target }) => set({ sort: SORTS.find((sort) => sort === target.value) })}
        >
          <option value="viewers">{i18n._({ id: "filter.viewers", message: "Most watched" })}</option>
          <option value="started">{i18n._({ id: "filter.started", message: "Newest" })}</option>
          <option value="name">{i18n._({ id: "filter.name", message: "By name" })}</option>
        </select>
      </label>
      <label htmlFor={`${id}-language`} className="flex items-center gap-2 text-[15px]">
        {i18n._({ id: "filter.language", message: "Language" })}
        <select
          id={`${id}-language`}
          className="input w-auto!"
          value={filter.language ?? ""}
          onChange={({ target }) => set({ language: target.value || undefined })}
        >
          <option value="">{i18n._({ id: "filter.any", message: "Any" })}</option>
          {languages(filter.language).map((tag) => (
            <option key={tag} value={tag}>
              {languageName(tag)}
            </option>
          ))}
        </select>
      </label>
      {filter.tag && (
        <Link href={filterPath(path, { ...filter, tag: undefined })} className="chip min-h-9! px-3!">
          <span dir="auto">{filter.tag}</span>
          <span aria-hidden="true"> ×</span>
          <span className="visually-hidden"> {i18n._({ id: "filter.remove", message: "Remove" })}</span>
        </Link>
      )}
    </div>
  );
}

/** Those that the viewer reads, and a few that many speak. */
function languages(chosen: string | undefined): string[] {
  const own = navigator.languages.map((tag) => tag.split("-")[0] ?? tag);
  const all = [...(chosen ? [chosen] : []), ...own, "en", "es", "de", "fr", "pt", "ja", "ar"];
  return [...new Set(all)].slice(0, MAX_LANGUAGES);
}

function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames(i18n.locale, { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
