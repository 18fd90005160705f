import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Loaded } from "@/ui/forms/loaded";
import { More } from "@/ui/forms/pages";

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
          <More query={query} className="self-center" />
          {below}
        </div>
      )}
    </Loaded>
  );
}
