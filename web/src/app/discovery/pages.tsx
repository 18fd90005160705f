/** Finding channels: the pages that share one script. */
import "@/lib/page-messages";
import "../styles/pages.css";
import { i18n } from "@lingui/core";
import type { ReactNode } from "react";
import { ProblemError } from "@/api/client";
import {
  CategoryCounts,
  CategoryGrid,
  ChannelList,
  Filters,
  FollowList,
  filterOf,
  filterPath,
  Results,
  useCategories,
  useCategory,
  useTags,
} from "@/features/discovery";
import { Loaded } from "@/ui/forms/loaded";
import { Link, useQueryText, useTitle } from "@/ui/navigation";
import { SearchBox } from "@/ui/search-box";
import { NeedsPerson } from "../needs-person";
import { NotFoundPage } from "../not-found-page";
import { useServices } from "../services";
import { Shell } from "../shell";

const MAX_TAGS = 16;

interface PageProps {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
}

function Page(props: PageProps) {
  return (
    <Shell>
      <PageBody {...props} />
    </Shell>
  );
}

function PageBody({ title, lead, children }: PageProps) {
  const { boot } = useServices();
  useTitle(title, boot?.site.name ?? "Rivulet");
  return (
    <div className="wide-page">
      <header>
        <h1 className="page-title wrap-anywhere" dir="auto">
          {title}
        </h1>
        {lead && <div className="mt-1 max-w-[70ch] text-[15px] text-fg-2">{lead}</div>}
      </header>
      {children}
    </div>
  );
}

/** Everything there is. */
export function BrowsePage() {
  const filter = filterOf(useQueryText());
  return (
    <Page title={i18n._({ id: "browse.title", message: "Browse" })}>
      <Filters path="/browse" filter={filter} />
      <ChannelList filter={filter}>
        <Further />
      </ChannelList>
    </Page>
  );
}

/** Both at once: what comes later would push away what somebody is reading. */
function Further() {
  const categories = useCategories();
  const tags = useTags();
  if (categories.isPending || tags.isPending) return null;
  return (
    <>
      <Categories />
      <Tags />
    </>
  );
}

function Categories() {
  const { data: known = [] } = useCategories();
  if (known.length === 0) return null;
  return (
    <section aria-labelledby="categories">
      <h2 id="categories" className="mb-3 text-lg font-[650]">
        {i18n._({ id: "browse.categories", message: "Categories" })}
      </h2>
      <CategoryGrid categories={known} />
    </section>
  );
}

function Tags() {
  const { data: known = [] } = useTags();
  if (known.length === 0) return null;
  return (
    <section aria-labelledby="tags">
      <h2 id="tags" className="mb-3 text-lg font-[650]">
        {i18n._({ id: "browse.tags", message: "Tags" })}
      </h2>
      <ul className="flex flex-wrap gap-2">
        {known.slice(0, MAX_TAGS).map(({ tag, channels }) => (
          <li key={tag}>
            <Link
              href={filterPath("/browse", { tag })}
              className="chip inline-flex min-h-9 items-center gap-1.5 px-3! hover:bg-s2"
            >
              <span dir="auto">{tag}</span>
              <span className="text-fg-3 tabular-nums">{channels}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function CategoryPage({ match: [slug = ""] }: { match: string[] }) {
  const category = useCategory(slug);
  const filter = filterOf(useQueryText());
  const path = `/category/${encodeURIComponent(slug)}`;
  const { error, data } = category;
  if (error instanceof ProblemError && error.problem.status === 404) return <NotFoundPage />;
  return (
    <Page
      title={data?.name ?? slug}
      lead={
        data && (
          <>
            {data.description && <p dir="auto">{data.description}</p>}
            <p className="tabular-nums">
              <CategoryCounts category={data} />
            </p>
          </>
        )
      }
    >
      <Filters path={path} filter={filter} />
      <Loaded query={category} lines={1}>
        {() => null}
      </Loaded>
      <ChannelList filter={{ ...filter, category: slug }} />
    </Page>
  );
}

export function SearchPage() {
  const words = new URLSearchParams(useQueryText()).get("q")?.trim() ?? "";
  const title = i18n._({ id: "search.title", message: "Search" });
  return (
    <Page title={words ? `${words} · ${title}` : title}>
      <div className="search-page-box">
        <SearchBox key={words} initial={words} />
      </div>
      {words ? <Results words={words} /> : <Categories />}
    </Page>
  );
}

export function FollowingPage() {
  return (
    <NeedsPerson>
      {() => (
        <PageBody title={i18n._({ id: "following.title", message: "Following" })}>
          <FollowList />
          <p>
            <Link href="/browse" className="link inline-flex min-h-11 items-center">
              {i18n._({ id: "following.browse", message: "Find more channels" })}
            </Link>
          </p>
        </PageBody>
      )}
    </NeedsPerson>
  );
}
