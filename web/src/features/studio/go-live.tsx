import { i18n } from "@lingui/core";
import { CopyField } from "@/ui/forms/copy";
import { Notice } from "@/ui/forms/notice";
import { Section } from "@/ui/forms/section";
import { Keys } from "./keys";
import { Recipes } from "./recipe-tabs";

interface GoLiveProps {
  channel: string;
  /** What the channel is called. */
  name: string;
  /** Where encoders send to; absent where none are taken by RTMP. */
  server: string | null;
  mayUseKeys: boolean;
}

/** What an encoder needs: where to send, and what to show there. */
export function GoLive({ channel, name, server, mayUseKeys }: GoLiveProps) {
  return (
    <Section
      title={i18n._({ id: "go-live.title", message: "Go live" })}
      lead={i18n._({
        id: "go-live.lead",
        message: "Every encoder needs two things: the server to send to, and a key that says it is you.",
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
          <>
            <div>
              <h3 className="mb-1 text-[15px] font-semibold">
                {i18n._({ id: "keys.title", message: "Stream keys" })}
              </h3>
              <p className="mb-4 text-[13px] text-fg-2">
                {i18n._({
                  id: "keys.lead",
                  message:
                    "Whoever has one can stream here. One for each device lets you take back one alone.",
                })}
              </p>
              <Keys channel={channel} />
            </div>
            {server && (
              <div>
                <h3 className="mb-3 text-[15px] font-semibold">
                  {i18n._({ id: "recipes.title", message: "Set up your encoder" })}
                </h3>
                <Recipes channel={channel} name={name} server={server} />
              </div>
            )}
          </>
        ) : (
          <Notice kind="info">
            {i18n._({ id: "keys.owners", message: "Only owners of the channel see its stream keys." })}
          </Notice>
        )}
      </div>
    </Section>
  );
}
