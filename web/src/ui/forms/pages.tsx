/** Lists that come page by page. */
import { i18n } from "@lingui/core";
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Button } from "../button";
import { Wait } from "./loaded";
import { Notice } from "./notice";
import { wordsFor } from "./problem-words";

interface PagesProps<P, T> {
  query: UseInfiniteQueryResult<InfiniteData<P>>;
  /** How many lines high the place is that the list takes. */
  lines?: number;
  itemsOf(page: P): T[];
  /** What is said where there is nothing. */
  none: string;
  children(items: T[]): ReactNode;
}

/** What of a list was brought so far, and a button for more of it. */
export function Pages<P, T>({ query, lines = 6, itemsOf, none, children }: PagesProps<P, T>) {
  const items = query.data?.pages.flatMap(itemsOf);
  return (
    <>
      {query.error && <Notice kind="error">{wordsFor(query.error)}</Notice>}
      {query.isPending && <Wait lines={lines} />}
      {items?.length === 0 && <p className="text-[15px] text-fg-2">{none}</p>}
      {items && items.length > 0 && children(items)}
      <More query={query} className="mt-5" />
    </>
  );
}

interface MoreProps {
  query: UseInfiniteQueryResult<unknown>;
  className: string;
}

/** Asks for the next page, where there is one. */
export function More({ query, className }: MoreProps) {
  if (!query.hasNextPage) return null;
  return (
    <Button className={className} busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
      {i18n._({ id: "page.more", message: "Show more" })}
    </Button>
  );
}
