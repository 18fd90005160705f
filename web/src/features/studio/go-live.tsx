import { i18n } from "@lingui/core";
import { CopyField } from "@/ui/forms/copy";
import { Notice } from "@/ui/forms/notice";
import { Section } from "@/ui/forms/section";
import { Keys } from "./keys";

interface GoLiveProps {
  channel: string;
  /** Where encoders send to; absent where none are taken by RTMP. */
  server: string | null;
  mayUseKeys: boolean;
}

/** What an encoder needs: where to send, and what to show there. */
export function GoLive({ channel, server, mayUseKeys }: GoLiveProps) {
  return (
    <Section
      title={i18n._({ id: "go-live.title", message: "Go live" })}
      lead={i18n._({
        id: "go-live.lead",
        message:
          "In OBS: Settings, Stream, Service “Custom…”. Put in the server and one of the keys, and start streaming.",
      })}
    >
      <div className="flex flex-col gap-6">
        {server ? (
          <CopyField label={i18n._({ id: "go-live.server", message: "Server" })} text={server} />
        ) : (
          <Notice kind="info">
            {i18n._({ id: "go-live.no-rtmp", message: "This server takes no RTMP. Ask those who run it." })}
          </Notice>
        )}
        {mayUseKeys ? (
          <div>
            <h3 className="mb-1 text-[15px] font-semibold">
              {i18n._({ id: "keys.title", message: "Stream keys" })}
            </h3>
            <p className="mb-4 text-[13px] text-fg-2">
              {i18n._({
                id: "keys.lead",
                message: "Whoever has one can stream here. One for each device lets you take back one alone.",
              })}
            </p>
            <Keys channel={channel} />
          </div>
        ) : (
          <Notice kind="info">
            {i18n._({ id: "keys.owners", message: "Only owners of the channel see its stream keys." })}
          </Notice>
        )}
      </div>
    </Section>
  );
}
