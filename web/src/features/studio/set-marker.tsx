import { i18n } from "@lingui/core";
import { useEffect, useRef, useState } from "react";
import { call } from "@/api/client";
import type { Status } from "@/api/schema";
import { formatElapsed } from "@/lib/format";
import { TextField } from "@/ui/forms/fields";
import { Form, Submit } from "@/ui/forms/form";
import { Loaded } from "@/ui/forms/loaded";
import { Section } from "@/ui/forms/section";
import { MarkerList } from "./marker-list";
import { isMarkerKey } from "./markers";
import { useMarkers, useRefresh } from "./queries";

interface MarkersProps {
  channel: string;
  status: Status | undefined;
}

/** Marks this moment, with a word about it or without; below stands what is marked already. */
export function Markers({ channel, status }: MarkersProps) {
  const broadcast = status && status.state !== "offline" ? status.broadcast_id : null;
  return (
    <Section title={i18n._({ id: "markers.title", message: "Markers" })}>
      {broadcast ? (
        <div className="flex flex-col gap-5" data-part="markers">
          <SetMarker channel={channel} />
          <Marked channel={channel} broadcast={broadcast} />
        </div>
      ) : (
        <p className="text-[15px] text-fg-2">
          {i18n._({
            id: "markers.offline",
            message: "While you are on air you mark moments here, to find them again afterwards.",
          })}
        </p>
      )}
    </Section>
  );
}

function SetMarker({ channel }: { channel: string }) {
  const place = useRef<HTMLDivElement>(null);
  const refresh = useRefresh();
  const [time, setTime] = useState("");
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!isMarkerKey(event) || event.repeat) return;
      event.preventDefault();
      place.current?.querySelector("form")?.requestSubmit();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
  return (
    <div ref={place}>
      <Form
        clears
        label={i18n._({ id: "markers.new", message: "New marker" })}
        onSubmit={async ({ text = "" }) => {
          const path = { name: channel, broadcast: "current" };
          const marker = await call("POST /api/v1/channels/{name}/broadcasts/{broadcast}/markers", {
            path,
            body: { text },
          });
          setTime(formatElapsed(marker.position_ms, i18n.locale));
          await refresh("markers", channel);
        }}
      >
        <TextField
          name="text"
          label={i18n._({ id: "markers.text", message: "What happens" })}
          hint={i18n._({
            id: "markers.keys",
            message: "{keys} sets a marker from anywhere on this page.",
            values: { keys: "Alt+M" },
          })}
          optional
          maxLength={140}
          autoComplete="off"
          dir="auto"
        />
        <Submit done={i18n._({ id: "markers.set-at", message: "Marked at {time}", values: { time } })}>
          {i18n._({ id: "markers.set", message: "Set a marker" })}
        </Submit>
      </Form>
    </div>
  );
}

function Marked({ channel, broadcast }: { channel: string; broadcast: string }) {
  const query = useMarkers(channel, broadcast);
  return (
    <Loaded query={query} lines={2}>
      {({ markers }) => <MarkerList channel={channel} broadcast={broadcast} markers={markers} newestFirst />}
    </Loaded>
  );
}
