import { i18n } from "@lingui/core";
import { useState } from "react";
import { call } from "@/api/client";
import type { MarkerDocument } from "@/api/schema";
import { formatElapsed, isoDuration } from "@/lib/format";
import { Button } from "@/ui/button";
import { ActionButton } from "@/ui/forms/action-button";
import { CopyButton } from "@/ui/forms/copy";
import { TextField } from "@/ui/forms/fields";
import { Form, Submit } from "@/ui/forms/form";
import { chaptersOf, untitled } from "./markers";
import { useRefresh } from "./queries";

interface MarkerListProps {
  channel: string;
  broadcast: string;
  markers: MarkerDocument[];
  /** For those who set them just now. */
  newestFirst?: boolean;
}

/** The markers of a broadcast: to be reworded, removed, or taken along as text. */
export function MarkerList({ channel, broadcast, markers, newestFirst }: MarkerListProps) {
  const [editing, setEditing] = useState<string | null>(null);
  if (markers.length === 0) return null;
  const shown = newestFirst ? [...markers].reverse() : markers;
  return (
    <div className="flex flex-col gap-4">
      <ol
        className={newestFirst ? "rows max-h-96 overflow-y-auto" : "rows"}
        aria-label={i18n._({ id: "markers.title", message: "Markers" })}
        data-part="marker-list"
      >
        {shown.map((marker) => (
          <li key={marker.id} className="gap-x-3! py-2.5!">
            {editing === marker.id ? (
              <Reword {...{ channel, broadcast, marker }} onDone={() => setEditing(null)} />
            ) : (
              <Row {...{ channel, broadcast, marker }} onEdit={() => setEditing(marker.id)} />
            )}
          </li>
        ))}
      </ol>
      <div>
        <CopyButton
          text={chaptersOf(markers)}
          label={i18n._({ id: "markers.copy", message: "Copy as chapters" })}
          what={i18n._({ id: "markers.copy.what", message: "for the description of a video" })}
        />
      </div>
    </div>
  );
}

interface RowProps {
  channel: string;
  broadcast: string;
  marker: MarkerDocument;
}

function Row({ channel, broadcast, marker, onEdit }: RowProps & { onEdit(): void }) {
  const refresh = useRefresh();
  const { id, position_ms: position, at, text, by } = marker;
  const time = formatElapsed(position, i18n.locale);
  const clock = new Date(at).toLocaleTimeString(i18n.locale, { timeStyle: "medium" });
  return (
    <>
      <time
        className="min-w-14 self-start text-sm font-semibold tabular-nums"
        dateTime={isoDuration(position)}
      >
        {time}
      </time>
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3">
        <div className="min-w-0 flex-1 basis-48">
          <p className="text-[14px] wrap-anywhere" dir="auto">
            {text || <span className="text-fg-3">{untitled()}</span>}
          </p>
          <p className="text-[12px] text-fg-3">
            <bdi>{by}</bdi> · <bdi>{clock}</bdi>
          </p>
        </div>
        <div className="-ms-3 flex">
          <Button kind="quiet" onClick={onEdit}>
            {i18n._({ id: "markers.edit", message: "Edit" })}
            <span className="visually-hidden"> {time}</span>
          </Button>
          <ActionButton
            kind="quiet"
            about={time}
            confirm={{
              title: i18n._({ id: "markers.remove.title", message: "Remove this marker?" }),
              detail: `${time} ${text}`,
              yes: i18n._({ id: "markers.remove.yes", message: "Remove it" }),
            }}
            act={async () => {
              const path = { name: channel, broadcast, marker: id };
              await call("DELETE /api/v1/channels/{name}/broadcasts/{broadcast}/markers/{marker}", { path });
              await refresh("markers", channel);
            }}
          >
            {i18n._({ id: "markers.remove", message: "Remove" })}
          </ActionButton>
        </div>
      </div>
    </>
  );
}

function Reword({ channel, broadcast, marker, onDone }: RowProps & { onDone(): void }) {
  const refresh = useRefresh();
  return (
    <Form
      className="flex flex-1 flex-col gap-3"
      onSubmit={async ({ text = "" }) => {
        const path = { name: channel, broadcast, marker: marker.id };
        await call("PATCH /api/v1/channels/{name}/broadcasts/{broadcast}/markers/{marker}", {
          path,
          body: { text },
        });
        await refresh("markers", channel);
        onDone();
      }}
    >
      <TextField
        name="text"
        label={i18n._({
          id: "markers.reword",
          message: "Marker at {time}",
          values: { time: formatElapsed(marker.position_ms, i18n.locale) },
        })}
        defaultValue={marker.text}
        optional
        autoFocus
        maxLength={140}
        autoComplete="off"
        dir="auto"
      />
      <div className="flex flex-wrap gap-3">
        <Submit>{i18n._({ id: "form.save", message: "Save" })}</Submit>
        <Button kind="quiet" onClick={onDone}>
          {i18n._({ id: "confirm.no", message: "Cancel" })}
        </Button>
      </div>
    </Form>
  );
}
