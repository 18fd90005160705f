import { i18n } from "@lingui/core";
import { type ReactNode, useEffect, useState } from "react";
import { call } from "@/api/client";
import type { Status } from "@/api/schema";
import { Button } from "@/ui/button";
import { Notice } from "@/ui/forms/notice";
import { useAction } from "@/ui/forms/use-action";
import { CHANNEL } from "./queries";
import type { StepProps } from "./step";

const PATH = { name: CHANNEL };

interface TestStreamProps extends StepProps {
  status: Status | undefined;
  /** What plays it. */
  player: ReactNode;
}

/** Plays a moving picture with sound through everything that a stream goes through. */
export function TestStream({ status, player, onDone }: TestStreamProps) {
  const [began, setBegan] = useState(false);
  const start = useAction(async () => {
    await call("POST /api/v1/channels/{name}/stream/test", { path: PATH });
    setBegan(true);
  });
  const stop = async () => {
    setBegan(false);
    await call("DELETE /api/v1/channels/{name}/stream/test", { path: PATH });
  };
  useStopOnLeaving(began);
  const onAir = status !== undefined && status.state !== "offline";
  const lost = status?.state === "offline" && began;
  return (
    <div className="flex flex-col gap-5" data-part="test-stream">
      {onAir || began ? (
        player
      ) : (
        <p className="text-[15px] text-fg-2">
          {i18n._({
            id: "test.lead",
            message:
              "A test picture goes the way that your stream will go. It ends by itself after three minutes, and at once when you go on or your encoder comes.",
          })}
        </p>
      )}
      {start.complaint && <Notice kind="error">{start.complaint}</Notice>}
      <p role="status" className="text-[15px] font-medium text-good empty:hidden">
        {onAir &&
          began &&
          i18n._({ id: "test.works", message: "It works: this is what viewers see and hear." })}
        {lost && i18n._({ id: "test.starting", message: "Getting ready…" })}
      </p>
      <div className="flex flex-wrap gap-3">
        {began ? (
          <Button onClick={() => void stop()}>{i18n._({ id: "test.stop", message: "Stop it" })}</Button>
        ) : (
          <Button kind="primary" busy={start.busy} onClick={() => void start.run()}>
            {i18n._({ id: "test.start", message: "Play a test stream" })}
          </Button>
        )}
        <Button
          kind={began ? "primary" : "quiet"}
          onClick={async () => {
            if (began) await stop().catch(() => undefined);
            onDone();
          }}
        >
          {began
            ? i18n._({ id: "setup.next", message: "Go on" })
            : i18n._({ id: "setup.skip", message: "Skip this" })}
        </Button>
      </div>
    </div>
  );
}

/** Who goes elsewhere in the middle of it leaves nothing on air. */
function useStopOnLeaving(began: boolean): void {
  useEffect(() => {
    if (!began) return;
    const url = `/api/v1/channels/${CHANNEL}/stream/test`;
    const stop = () => void fetch(url, { method: "DELETE", keepalive: true }).catch(() => undefined);
    addEventListener("pagehide", stop);
    return () => {
      removeEventListener("pagehide", stop);
      stop();
    };
  }, [began]);
}
