import { i18n } from "@lingui/core";
import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Button } from "@/ui/button";
import { Loaded } from "@/ui/forms/loaded";

interface ListingProps<T> {
  query: UseInfiniteQueryResult<T>;
  /** How much there is now. */
  count: number;
  empty: ReactNode;
  /** What would jump about if it stood there before the list. */
  below?: ReactNode;
  children(data: T): ReactNode;
}

/** A list that goes on when somebody asks for more. */
export function Listing<T>({ query, count, empty, below, children }: ListingProps<T>) {
  return (
    <Loaded query={query} lines={24}>
      {(data) => (
        <div className="flex flex-col gap-6">
          {count === 0 ? empty : children(data)}
          {query.hasNextPage && (
            <Button
              className="self-center"
              busy={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {i18n._({ id: "list.more", message: "Show more" })}
            </Button>
          )}
          {below}
        </div>
      )}
    </Loaded>
  );
}
