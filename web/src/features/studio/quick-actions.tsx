import { i18n } from "@lingui/core";
import { useState } from "react";
import { call } from "@/api/client";
import type { ChatSettings } from "@/api/schema";
import { ActionButton } from "@/ui/forms/action-button";
import { Section } from "@/ui/forms/section";

interface QuickActionsProps {
  channel: string;
  /** Whether something is on. */
  onAir: boolean;
  /** Whether programs are told of this channel. */
  isPrimary: boolean;
}

/** What a streamer wants at hand: chat tightened or let loose, and the announcement once more. */
export function QuickActions({ channel, onAir, isPrimary }: QuickActionsProps) {
  const [said, setSaid] = useState("");
  const rule = async (body: Partial<ChatSettings>, words: string) => {
    // Only what is named changes.
    await call("PATCH /api/v1/channels/{name}/chat/settings", {
      path: { name: channel },
      body: body as ChatSettings,
    });
    setSaid(words);
  };
  return (
    <Section title={i18n._({ id: "quick.title", message: "At hand" })}>
      <div className="flex flex-wrap gap-2" data-part="quick-actions">
        <ActionButton
          act={() =>
            rule({ slow_seconds: 10 }, i18n._({ id: "quick.slow.done", message: "Slow mode is on" }))
          }
        >
          {i18n._({ id: "quick.slow", message: "Slow chat" })}
        </ActionButton>
        <ActionButton
          act={() => rule({ shield: true }, i18n._({ id: "quick.shield.done", message: "The shield is up" }))}
        >
          {i18n._({ id: "quick.shield", message: "Shield up" })}
        </ActionButton>
        <ActionButton
          act={() =>
            rule(
              { slow_seconds: 0, shield: false, quiet: false },
              i18n._({ id: "quick.loose.done", message: "Chat is open to everybody" }),
            )
          }
        >
          {i18n._({ id: "quick.loose", message: "Let chat loose" })}
        </ActionButton>
        {isPrimary && onAir && (
          <ActionButton
            act={async () => {
              await call("POST /api/v1/channels/{name}/announcement", { path: { name: channel } });
              setSaid(i18n._({ id: "quick.announced", message: "Announced" }));
            }}
          >
            {i18n._({ id: "quick.announce", message: "Announce once more" })}
          </ActionButton>
        )}
      </div>
      <p role="status" className="mt-3 min-h-6 text-sm font-medium text-good">
        {said}
      </p>
    </Section>
  );
}
