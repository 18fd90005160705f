import { i18n } from "@lingui/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "@/api/client";
import type { Sending } from "@/api/schema";
import { Button } from "@/ui/button";
import { Checkbox, RadioGroup } from "@/ui/forms/fields";
import { Form, Submit, type Values } from "@/ui/forms/form";
import { Loaded } from "@/ui/forms/loaded";
import { Notice } from "@/ui/forms/notice";
import { Section } from "@/ui/forms/section";
import { type Ladder, ladderOf, PRESETS, presetOf, type Renditions, renditionsOf } from "./ladder";
import { LadderCosts } from "./ladder-costs";
import { LadderRows } from "./ladder-rows";
import { useRefresh } from "./queries";

interface VideoProps {
  channel: string;
  /** Whether they may see what the machine can do. */
  operates: boolean;
}

/** How a channel is sent: which qualities, how far behind, how patiently. */
export function Video({ channel, operates }: VideoProps) {
  const query = useQuery({
    queryKey: ["sending", channel],
    queryFn: ({ signal }) =>
      call("GET /api/v1/channels/{name}/settings", { path: { name: channel } }, signal),
  });
  return (
    <Loaded query={query} lines={16}>
      {(sending) => <Editor channel={channel} operates={operates} sending={sending} />}
    </Loaded>
  );
}

export function useMachine(operates: boolean) {
  return useQuery({
    queryKey: ["transcoding"],
    queryFn: ({ signal }) => call("GET /api/v1/transcoding", {}, signal),
    enabled: operates,
  });
}

function Editor({ channel, operates, sending }: VideoProps & { sending: Sending }) {
  const refresh = useRefresh();
  const machine = useMachine(operates).data;
  const [ladder, setLadder] = useState<Ladder>(() => ladderOf((sending.renditions ?? {}) as Renditions));
  const names = {
    source: i18n._({ id: "ladder.preset.source", message: "As it comes" }),
    balanced: i18n._({ id: "ladder.preset.balanced", message: "Balanced" }),
    mobile: i18n._({ id: "ladder.preset.mobile", message: "For phones" }),
  };
  return (
    <Form
      className="flex flex-col gap-5"
      onSubmit={async (values) => {
        const body = { ...sendingOf(values), renditions: renditionsOf(ladder) };
        await call("PATCH /api/v1/channels/{name}/settings", { path: { name: channel }, body });
        await refresh("sending", channel);
      }}
    >
      <Section
        title={i18n._({ id: "ladder.title", message: "Qualities" })}
        lead={i18n._({
          id: "ladder.lead",
          message:
            "Viewers on weak networks take a smaller one. Each is encoded here, which costs work. From the next broadcast on.",
        })}
      >
        <div className="flex flex-col gap-5">
          {machine && !machine.ffmpeg && (
            <Notice kind="warning">
              {i18n._({
                id: "ladder.no-ffmpeg",
                message:
                  "This server has no ffmpeg, so viewers get what your encoder sends and nothing else. Install ffmpeg and start the server again.",
              })}
            </Notice>
          )}
          <fieldset className="flex flex-wrap gap-2">
            <legend className="sr-only">{i18n._({ id: "ladder.presets", message: "Begin with" })}</legend>
            {(["source", "balanced", "mobile"] as const).map((preset) => (
              <Button key={preset} onClick={() => setLadder(presetOf(PRESETS[preset]))}>
                {names[preset]}
              </Button>
            ))}
          </fieldset>
          <LadderRows ladder={ladder} onChange={setLadder} />
          <LadderCosts ladder={ladder} capacity={machine?.capacity} />
        </div>
      </Section>
      <Section title={i18n._({ id: "sending.title", message: "Delay and patience" })}>
        <div className="flex flex-col gap-5">
          <RadioGroup
            name="latency_level"
            label={i18n._({ id: "sending.latency", message: "How far viewers are behind you" })}
            value={String(sending.latency_level ?? 2)}
            choices={latencies()}
          />
          <label className="field">
            <span className="mb-1.5 text-sm font-semibold">
              {i18n._({ id: "sending.grace", message: "Seconds to wait for an encoder that is gone" })}
            </span>
            <input
              className="input max-w-32"
              type="number"
              name="reconnect_grace_seconds"
              min={0}
              max={300}
              required
              defaultValue={sending.reconnect_grace_seconds}
            />
          </label>
          <Checkbox
            name="thumbnail_history"
            label={i18n._({ id: "sending.thumbnails", message: "Keep small pictures of whole broadcasts" })}
            defaultChecked={sending.thumbnail_history}
          />
        </div>
      </Section>
      <Submit done={i18n._({ id: "form.saved", message: "Saved" })}>
        {i18n._({ id: "form.save", message: "Save" })}
      </Submit>
    </Form>
  );
}

function sendingOf(values: Values): Sending {
  return {
    latency_level: Number(values.latency_level ?? 2),
    reconnect_grace_seconds: Number(values.reconnect_grace_seconds || 0),
    thumbnail_history: values.thumbnail_history !== undefined,
  };
}

function latencies(): { value: string; label: string; hint?: string }[] {
  return [
    {
      value: "0",
      label: i18n._({ id: "latency.0", message: "As little as can be" }),
      hint: i18n._({ id: "latency.0.hint", message: "For talking with viewers; good networks only." }),
    },
    { value: "1", label: i18n._({ id: "latency.1", message: "Little" }) },
    { value: "2", label: i18n._({ id: "latency.2", message: "Usual" }) },
    { value: "3", label: i18n._({ id: "latency.3", message: "Rather more" }) },
    {
      value: "4",
      label: i18n._({ id: "latency.4", message: "Much" }),
      hint: i18n._({ id: "latency.4.hint", message: "The fewest interruptions on poor networks." }),
    },
  ];
}
