import { i18n } from "@lingui/core";
import { call } from "@/api/client";
import type { OwnChannel, Status } from "@/api/schema";
import { formatElapsed, isoDuration } from "@/lib/format";
import { ActionButton } from "@/ui/forms/action-button";
import { Notice } from "@/ui/forms/notice";
import { Section } from "@/ui/forms/section";
import { useNow } from "@/ui/use-now";
import { useRefresh } from "./queries";

interface StreamCardProps {
  channel: OwnChannel;
  status: Status | undefined;
  now(): number;
}

/** Whether the channel is on air, and the way to end that. */
export function StreamCard({ channel, status, now }: StreamCardProps) {
  const refresh = useRefresh();
  const path = { name: channel.slug };
  const mayEnd = channel.role !== "moderator";
  const end = async (lock: boolean) => {
    await call("POST /api/v1/channels/{name}/stream/end", { path, body: { lock } });
    await refresh("own-channels");
  };
  const onAir = status !== undefined && status.state !== "offline";
  return (
    <Section title={i18n._({ id: "stream.title", message: "Stream" })}>
      <div className="flex flex-col gap-4">
        {status ? <State status={status} now={now} /> : <div className="skeleton h-7" />}
        {channel.locked_at && (
          <Notice kind="warning">
            {i18n._({
              id: "stream.locked",
              message: "This channel is locked by {who}: encoders are refused until it is released.",
              values: { who: channel.locked_by ?? "" },
            })}
          </Notice>
        )}
        {mayEnd && (
          <div className="flex flex-wrap gap-3">
            {onAir && (
              <ActionButton
                act={() => end(false)}
                confirm={{
                  title: i18n._({ id: "stream.end.title", message: "End the stream?" }),
                  detail: i18n._({
                    id: "stream.end.detail",
                    message:
                      "It ends at once for everybody. Many encoders connect again by themselves and begin a new stream: stop yours, or end and lock.",
                  }),
                  yes: i18n._({ id: "stream.end.yes", message: "End it" }),
                }}
              >
                {i18n._({ id: "stream.end", message: "End stream" })}
              </ActionButton>
            )}
            {channel.locked_at ? (
              <ActionButton
                act={async () => {
                  await call("DELETE /api/v1/channels/{name}/stream/lock", { path });
                  await refresh("own-channels");
                }}
              >
                {i18n._({ id: "stream.release", message: "Release the lock" })}
              </ActionButton>
            ) : (
              <ActionButton
                kind="danger"
                act={() => end(true)}
                confirm={{
                  title: i18n._({ id: "stream.lock.title", message: "Lock the channel?" }),
                  detail: i18n._({
                    id: "stream.lock.detail",
                    message:
                      "A stream that is on ends at once, and no encoder can begin another one until somebody releases the lock here.",
                  }),
                  yes: i18n._({ id: "stream.lock.yes", message: "Lock it" }),
                }}
              >
                {onAir
                  ? i18n._({ id: "stream.end-and-lock", message: "End and lock" })
                  : i18n._({ id: "stream.lock", message: "Lock" })}
              </ActionButton>
            )}
          </div>
        )}
      </div>
    </Section>
  );
}

function State({ status, now }: { status: Status; now(): number }) {
  const time = useNow(now);
  if (status.state === "offline") {
    return (
      <p className="text-[15px] text-fg-2" data-part="stream-state">
        {i18n._({ id: "stream.offline", message: "Offline. Start your encoder and you are on." })}
      </p>
    );
  }
  const running = time - Date.parse(status.started_at);
  return (
    <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-[15px]" data-part="stream-state">
      <strong className="tag" data-kind={status.state === "live" ? "good" : "warn"}>
        {status.state === "live"
          ? i18n._({ id: "stream.live", message: "On air" })
          : i18n._({ id: "stream.interrupted", message: "Waiting for your encoder" })}
      </strong>
      <time className="tabular-nums" dateTime={isoDuration(running)}>
        {formatElapsed(running, i18n.locale)}
      </time>
      <span className="text-fg-2 tabular-nums">
        {i18n._({
          id: "stream.viewers",
          message: "{count, plural, one {# viewer} other {# viewers}}",
          values: { count: status.viewers },
        })}
      </span>
    </p>
  );
}
