import { i18n } from "@lingui/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Button } from "../button";
import { Notice } from "./notice";
import { wordsFor } from "./problem-words";

interface LoadedProps<T> {
  query: UseQueryResult<T>;
  /** How many lines high the place is that it takes. */
  lines?: number;
  children(data: T): ReactNode;
}

/** What a query brought, a place kept for it until then, or why it did not come. */
export function Loaded<T>({ query, lines = 3, children }: LoadedProps<T>) {
  const { data, error, isFetching, refetch } = query;
  if (data !== undefined) return <>{children(data)}</>;
  if (error) {
    return (
      <div className="flex flex-col items-start gap-3">
        <Notice kind="error">{wordsFor(error)}</Notice>
        <Button busy={isFetching} onClick={() => void refetch()}>
          {i18n._({ id: "page.retry", message: "Try again" })}
        </Button>
      </div>
    );
  }
  // Under a key, or its element becomes the first of what comes: to the browser that has moved then.
  return (
    <div key="wait" className="skeleton" style={{ blockSize: `${lines * 28}px` }} role="status">
      <span className="visually-hidden">{i18n._({ id: "page.loading", message: "Loading" })}</span>
    </div>
  );
}
