import type { ReactNode } from "react";

interface RowsProps<T> {
  items: T[];
  /** What is said where there are none. */
  none: string;
  /** What the list is called in styles. */
  part?: string;
  /** One row, under a key. */
  children(item: T): ReactNode;
}

/** A list of rows. */
export function Rows<T>({ items, none, part, children }: RowsProps<T>) {
  if (items.length === 0) return <p className="text-[15px] text-fg-2">{none}</p>;
  return (
    <ul className="rows" data-part={part}>
      {items.map(children)}
    </ul>
  );
}
