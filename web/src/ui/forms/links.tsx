/** Links elsewhere, as many as somebody likes: rows of a label and an address. */
import { i18n } from "@lingui/core";
import { useState } from "react";
import { Button } from "../button";
import { TextField } from "./fields";
import type { Values } from "./form";
import { AddressField } from "./known-fields";

const MAX_LINKS = 10;

interface Link {
  label: string;
  url: string;
}

interface Row extends Link {
  id: number;
}

interface Rows {
  rows: Row[];
  ids: number[];
  add(): void;
  remove(id: number): void;
}

export function useLinkRows(links: Link[]): Rows {
  const [rows, setRows] = useState<Row[]>(() => links.map((link, id) => ({ ...link, id })));
  return {
    rows,
    ids: rows.map(({ id }) => id),
    add: () => setRows([...rows, { id: 1 + Math.max(-1, ...rows.map(({ id }) => id)), label: "", url: "" }]),
    remove: (gone) => setRows(rows.filter(({ id }) => id !== gone)),
  };
}

/** What the rows say. */
export function linksOf(values: Values, ids: number[]): Link[] {
  return ids.map((id) => ({
    label: values[`link-label-${id}`]?.trim() ?? "",
    url: values[`link-url-${id}`]?.trim() ?? "",
  }));
}

export function LinkRows({ rows: { rows, add, remove } }: { rows: Rows }) {
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-2 text-sm font-semibold">
        {i18n._({ id: "links.title", message: "Links" })}
      </legend>
      {rows.map((row, index) => (
        <LinkRow key={row.id} row={row} number={index + 1} onRemove={() => remove(row.id)} />
      ))}
      {rows.length < MAX_LINKS && (
        <Button className="self-start" onClick={add}>
          {i18n._({ id: "links.add", message: "Add a link" })}
        </Button>
      )}
    </fieldset>
  );
}

function LinkRow({ row, number, onRemove }: { row: Row; number: number; onRemove(): void }) {
  const name = i18n._({ id: "links.label", message: "Link {number}", values: { number } });
  return (
    <div className="flex flex-col gap-3 rounded-card border border-line p-3 sm:flex-row sm:items-end sm:border-0 sm:p-0">
      <div className="sm:w-44">
        <TextField
          name={`link-label-${row.id}`}
          label={name}
          defaultValue={row.label}
          maxLength={40}
          autoComplete="off"
          dir="auto"
        />
      </div>
      <div className="min-w-0 flex-1">
        <AddressField
          name={`link-url-${row.id}`}
          label={i18n._({ id: "links.url", message: "Address" })}
          value={row.url}
        />
      </div>
      <Button kind="quiet" onClick={onRemove}>
        {i18n._({ id: "links.remove", message: "Remove" })}
        <span className="visually-hidden"> {name}</span>
      </Button>
    </div>
  );
}
