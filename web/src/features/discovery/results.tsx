import { i18n } from "@lingui/core";
import type { Hit } from "@/api/schema";
import { CardGrid } from "@/ui/channel-card";
import { CategoryGrid } from "./categories";
import { Listing } from "./listing";
import { useSearch } from "./queries";

/** What was found: categories first, for there are few, then channels. */
export function Results({ words }: { words: string }) {
  const query = useSearch(words);
  const hits = query.data?.pages.flatMap(({ results }) => results) ?? [];
  const { categories, channels } = sorted(hits);
  return (
    <Listing
      query={query}
      count={hits.length}
      empty={
        <p className="text-fg-2">
          {i18n._({
            id: "search.nothing",
            message: "Nothing was found for “{words}”. Try fewer or shorter words.",
            values: { words },
          })}
        </p>
      }
    >
      {() => (
        <>
          {categories.length > 0 && (
            <section>
              <h2 className="mb-3 text-lg font-[650]">
                {i18n._({ id: "search.categories", message: "Categories" })}
              </h2>
              <CategoryGrid categories={categories} />
            </section>
          )}
          {channels.length > 0 && (
            <section className="flex flex-col gap-4">
              <h2 className="text-lg font-[650]">{i18n._({ id: "search.channels", message: "Channels" })}</h2>
              <CardGrid channels={channels} />
            </section>
          )}
        </>
      )}
    </Listing>
  );
}

/** A channel on air may be found by its name and by what is on: it is shown once. */
export function sorted(hits: Hit[]) {
  const channels = new Map(
    hits.flatMap((hit) => (hit.kind === "category" ? [] : [[hit.channel.slug, hit.channel] as const])),
  );
  const categories = hits.flatMap((hit) => (hit.kind === "category" ? [hit.category] : []));
  return { channels: [...channels.values()], categories };
}
