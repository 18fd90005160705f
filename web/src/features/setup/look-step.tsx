import { i18n } from "@lingui/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { fetchChannel } from "@/api/client";
import { paint } from "@/lib/accent";
import { Avatar } from "@/ui/avatar";
import { AccentField } from "@/ui/forms/accent-field";
import { Form } from "@/ui/forms/form";
import { Loaded } from "@/ui/forms/loaded";
import { PictureField } from "@/ui/forms/picture-field";
import { Next } from "./next";
import { CHANNEL, useChangeSite, useSettings } from "./queries";
import type { StepProps } from "./step";

const KEY = ["channel", CHANNEL];

/** Its colour and its picture. */
export function LookStep({ onDone }: StepProps) {
  const settings = useSettings();
  const change = useChangeSite();
  return (
    <div className="flex flex-col gap-6">
      <Picture />
      <Loaded query={settings} lines={8}>
        {(known) => (
          <Form
            onSubmit={async ({ accent = "" }) => {
              await change({ accent: accent || null });
              paint(accent || null);
              onDone();
            }}
          >
            <AccentField name="accent" value={known.accent} title={known.name ?? ""} />
            <Next onSkip={onDone} />
          </Form>
        )}
      </Loaded>
    </div>
  );
}

function Picture() {
  const queries = useQueryClient();
  const query = useQuery({ queryKey: KEY, queryFn: ({ signal }) => fetchChannel(CHANNEL, signal) });
  return (
    <Loaded query={query} lines={5}>
      {(channel) => (
        <PictureField
          label={i18n._({ id: "setup.picture", message: "Logo" })}
          hint={i18n._({
            id: "pictures.avatar.hint",
            message: "Square. PNG, JPEG or WebP of at most 10 MiB.",
          })}
          url={`/api/v1/channels/${CHANNEL}/avatar.jpg`}
          has={channel.avatar_url !== null}
          preview={<Avatar name={channel.name} seed={channel.slug} picture={channel.avatar_url} />}
          onChanged={() => queries.invalidateQueries({ queryKey: KEY })}
        />
      )}
    </Loaded>
  );
}
