import { i18n } from "@lingui/core";
import { useQuery } from "@tanstack/react-query";
import { useId, useRef, useState } from "react";
import { call } from "@/api/client";
import { putPicture } from "@/api/pictures";
import type { EmoteDocument } from "@/api/schema";
import { Button } from "@/ui/button";
import { Loaded } from "@/ui/forms/loaded";
import { Notice } from "@/ui/forms/notice";
import { wordsFor } from "@/ui/forms/problem-words";
import { RemoveButton } from "@/ui/forms/remove-button";
import { Section } from "@/ui/forms/section";
import { useRefresh } from "./queries";

/** As the server says. */
const MAX_BYTES = 512 * 1024;
const NAME = /[^A-Za-z0-9_]/g;

interface EmotesProps {
  channel: string;
  /** Whether they are everybody's. */
  site?: boolean;
}

/** Pictures that stand for words in chat. A file's name becomes the emote's. */
export function Emotes({ channel, site = false }: EmotesProps) {
  const query = useQuery({
    queryKey: ["chat-emotes", channel],
    queryFn: ({ signal }) =>
      call("GET /api/v1/channels/{name}/chat/emotes", { path: { name: channel } }, signal),
  });
  return (
    <Section
      title={
        site
          ? i18n._({ id: "emotes.site-title", message: "Emotes of the site" })
          : i18n._({ id: "emotes.title", message: "Emotes" })
      }
      lead={i18n._({
        id: "emotes.lead",
        message:
          "PNG, JPEG, GIF or WebP of at most 512 KiB. A file’s name becomes what people type: wave.png is :wave:.",
      })}
    >
      <Loaded query={query} lines={4}>
        {(emotes) => <Grid channel={channel} site={site} emotes={emotes} />}
      </Loaded>
      <Upload channel={channel} site={site} />
    </Section>
  );
}

function Grid({ channel, site, emotes }: { channel: string; site: boolean; emotes: EmoteDocument[] }) {
  const refresh = useRefresh();
  const shown = emotes.filter((emote) => !site || emote.is_of_site);
  if (shown.length === 0)
    return (
      <p className="text-[15px] text-fg-2">{i18n._({ id: "emotes.none", message: "There are none yet." })}</p>
    );
  return (
    <ul className="grid gap-3 sm:grid-cols-2" data-part="emotes">
      {shown.map(({ id, name, url, is_of_site: ofSite }) => (
        <li key={id} className="flex items-center gap-3 rounded-card border border-line p-3">
          <img src={url} alt="" className="size-8 object-contain" loading="lazy" />
          <span className="mono min-w-0 flex-1 truncate">:{name}:</span>
          {ofSite === site ? (
            <RemoveButton
              about={name}
              act={async () => {
                if (site) await call("DELETE /api/v1/admin/chat/emotes/{emote}", { path: { emote: name } });
                else
                  await call("DELETE /api/v1/channels/{name}/chat/emotes/{emote}", {
                    path: { name: channel, emote: name },
                  });
                await refresh("chat-emotes");
              }}
            />
          ) : (
            <span className="tag">{i18n._({ id: "emotes.of-site", message: "Site" })}</span>
          )}
        </li>
      ))}
    </ul>
  );
}

function Upload({ channel, site }: { channel: string; site: boolean }) {
  const refresh = useRefresh();
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const [busy, setBusy] = useState(false);
  const [complaints, setComplaints] = useState<string[]>([]);
  const give = async (files: File[]) => {
    setBusy(true);
    const failed: string[] = [];
    for (const file of files) {
      const name = file.name.replace(/\.[^.]*$/, "").replace(NAME, "");
      const base = site
        ? "/api/v1/admin/chat/emotes"
        : `/api/v1/channels/${encodeURIComponent(channel)}/chat/emotes`;
      try {
        if (file.size > MAX_BYTES) throw new RangeError();
        await putPicture(`${base}/${encodeURIComponent(name)}`, file);
      } catch (error) {
        const why =
          error instanceof RangeError
            ? i18n._({ id: "emotes.too-large", message: "The file is larger than 512 KiB." })
            : wordsFor(error);
        failed.push(`${file.name}: ${why}`);
      }
    }
    setComplaints(failed);
    setBusy(false);
    if (input.current) input.current.value = "";
    await refresh("chat-emotes");
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping files is a second way; the button is the first.
    <div
      className="mt-5 flex flex-col items-start gap-3 border-t border-line pt-5"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void give([...event.dataTransfer.files]);
      }}
    >
      <label htmlFor={id} className="visually-hidden">
        {i18n._({ id: "emotes.files", message: "Pictures for emotes" })}
      </label>
      <input
        ref={input}
        id={id}
        type="file"
        multiple
        className="visually-hidden"
        accept="image/png,image/jpeg,image/gif,image/webp"
        tabIndex={-1}
        onChange={() => void give([...(input.current?.files ?? [])])}
      />
      <Button busy={busy} onClick={() => input.current?.click()}>
        {i18n._({ id: "emotes.choose", message: "Add pictures" })}
      </Button>
      <p className="field-hint mt-0!">
        {i18n._({ id: "emotes.drop", message: "Or drop several files here at once." })}
      </p>
      {complaints.length > 0 && (
        <Notice kind="error">
          <ul>
            {complaints.map((complaint) => (
              <li key={complaint}>{complaint}</li>
            ))}
          </ul>
        </Notice>
      )}
    </div>
  );
}
