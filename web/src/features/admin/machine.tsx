import { i18n } from "@lingui/core";
import { useQuery } from "@tanstack/react-query";
import { call } from "@/api/client";
import type { BroadcastDocument, BroadcastState, EncoderState } from "@/api/schema";
import { Loaded } from "@/ui/forms/loaded";
import { Notice } from "@/ui/forms/notice";
import { Section } from "@/ui/forms/section";

/** How often it is looked what the machine does. */
const LOOK_MS = 5_000;

export function useMachine() {
  return useQuery({
    queryKey: ["transcoding"],
    queryFn: ({ signal }) => call("GET /api/v1/transcoding", {}, signal),
    refetchInterval: LOOK_MS,
  });
}

/** What this machine encodes with, and what it is doing. */
export function Machine() {
  const query = useMachine();
  const words: Record<EncoderState, string> = {
    works: i18n._({ id: "encoder.works", message: "works" }),
    missing: i18n._({ id: "encoder.missing", message: "not there" }),
    fails: i18n._({ id: "encoder.fails", message: "fails" }),
  };
  return (
    <Section
      title={i18n._({ id: "machine.title", message: "What this machine can encode" })}
      lead={i18n._({
        id: "machine.lead",
        message: "Every stream gets its first smaller quality before anybody gets a second one.",
      })}
    >
      <Loaded query={query} lines={6}>
        {({ ffmpeg, capacity, used, encoders, broadcasts }) => (
          <div className="flex flex-col gap-5">
            {!ffmpeg && (
              <Notice kind="warning">
                {i18n._({
                  id: "machine.no-ffmpeg",
                  message:
                    "There is no ffmpeg: viewers get what encoders send. Install it and start the server again.",
                })}
              </Notice>
            )}
            {capacity ? (
              <div>
                <p className="text-[15px]">
                  {i18n._({
                    id: "machine.used",
                    message: "{percent} % of it is in use.",
                    values: { percent: Math.round((used / capacity) * 100) },
                  })}
                </p>
                <div className="meter mt-2" aria-hidden="true">
                  <i style={{ inlineSize: `${Math.min(100, (used / capacity) * 100)}%` }} />
                </div>
              </div>
            ) : (
              <p className="text-[15px] text-fg-2">
                {i18n._({
                  id: "machine.unmeasured",
                  message: "It is measured when something is encoded for the first time.",
                })}
              </p>
            )}
            {encoders.length > 0 && (
              <ul className="rows">
                {encoders.map(({ name, state, reason }) => (
                  <li key={name}>
                    <span className="mono min-w-0 flex-1 wrap-anywhere">{name}</span>
                    {reason && <span className="text-[13px] text-fg-2 wrap-anywhere">{reason}</span>}
                    <span
                      className="tag"
                      data-kind={state === "works" ? "good" : state === "fails" ? "bad" : undefined}
                    >
                      {words[state]}
                    </span>
                  </li>
                ))}
              </ul>
            )}
            {broadcasts.map((broadcast) => (
              <Broadcast key={broadcast.id} broadcast={broadcast} />
            ))}
          </div>
        )}
      </Loaded>
    </Section>
  );
}

function Broadcast({ broadcast: { state, rungs, remarks, reason } }: { broadcast: BroadcastDocument }) {
  return (
    <div className="rounded-card border border-line p-4">
      <p className="font-semibold">{stateWords(state)}</p>
      {reason && <p className="text-sm text-fg-2">{reason}</p>}
      <p className="mt-1 text-sm text-fg-2 tabular-nums">
        {rungs.map(({ name, video_kbps }) => `${name} (${video_kbps} kb/s)`).join(", ")}
      </p>
      {remarks.map(({ code, text }) => (
        <p key={code} className="mt-1 text-sm text-warn">
          {text}
        </p>
      ))}
    </div>
  );
}

function stateWords(state: BroadcastState): string {
  const words: Record<BroadcastState, string> = {
    measuring: i18n._({ id: "encoding.measuring", message: "A stream is being looked at" }),
    idle: i18n._({ id: "encoding.idle", message: "A stream with nothing to encode" }),
    queued: i18n._({ id: "encoding.queued", message: "A stream waits for room" }),
    starting: i18n._({ id: "encoding.starting", message: "Encoding begins" }),
    running: i18n._({ id: "encoding.running", message: "A stream is encoded" }),
    backing_off: i18n._({ id: "encoding.backing-off", message: "Encoding failed, and is tried again soon" }),
    too_slow: i18n._({ id: "encoding.too-slow", message: "The machine is too slow for it" }),
  };
  return words[state];
}
