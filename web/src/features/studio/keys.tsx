import { i18n } from "@lingui/core";
import { useState } from "react";
import { call } from "@/api/client";
import type { StreamKeyDocument } from "@/api/schema";
import { formatAgo } from "@/lib/format";
import { Button } from "@/ui/button";
import { ActionButton } from "@/ui/forms/action-button";
import { CopyButton } from "@/ui/forms/copy";
import { TextField } from "@/ui/forms/fields";
import { Form, Submit } from "@/ui/forms/form";
import { Loaded } from "@/ui/forms/loaded";
import { Notice } from "@/ui/forms/notice";
import { RemoveButton } from "@/ui/forms/remove-button";
import { useAction } from "@/ui/forms/use-action";
import { useKeys, useRefresh } from "./queries";

/** Longer than any key, so that nobody counts its letters. */
const HIDDEN = "••••••••••••••••";

/** The keys that encoders show: hidden until somebody asks, each on its own. */
export function Keys({ channel }: { channel: string }) {
  const query = useKeys(channel);
  /** Keys that are shown, by id, as long as this page stands. */
  const [shown, setShown] = useState<Partial<Record<string, string>>>({});
  const show = (id: string, key: string | undefined) => setShown((known) => ({ ...known, [id]: key }));
  return (
    <Loaded query={query} lines={4}>
      {(keys) => (
        <>
          {keys.length === 0 ? (
            <Notice kind="info">
              {i18n._({
                id: "keys.none",
                message: "This channel has no stream key. Make one below to go live.",
              })}
            </Notice>
          ) : (
            <ul className="rows">
              {keys.map((key) => (
                <KeyRow key={key.id} channel={channel} stream={key} secret={shown[key.id]} onShow={show} />
              ))}
            </ul>
          )}
          <NewKey channel={channel} onMade={show} />
        </>
      )}
    </Loaded>
  );
}

interface KeyRowProps {
  channel: string;
  stream: StreamKeyDocument;
  secret: string | undefined;
  onShow(id: string, key: string | undefined): void;
}

function KeyRow({ channel, stream, secret, onShow }: KeyRowProps) {
  const { id, label, disabled, last_used_at: used } = stream;
  const refresh = useRefresh();
  const path = { name: channel, id };
  const reveal = useAction(async () => {
    const { key } = await call("POST /api/v1/channels/{name}/keys/{id}/reveal", { path });
    onShow(id, key);
  });
  return (
    <li data-part="stream-key">
      <div className="min-w-0 flex-1 basis-40">
        <p className="font-semibold wrap-anywhere" dir="auto">
          {label}{" "}
          {disabled && (
            <span className="tag ms-1 align-middle" data-kind="bad">
              {i18n._({ id: "keys.disabled", message: "Off" })}
            </span>
          )}
        </p>
        <p className="text-[13px] text-fg-2">
          {used
            ? i18n._({
                id: "keys.used",
                message: "Last used {ago}",
                values: { ago: formatAgo(Date.parse(used), Date.now(), i18n.locale) },
              })
            : i18n._({ id: "keys.unused", message: "Not used yet" })}
        </p>
      </div>
      <div className="flex min-w-0 flex-[3] basis-80 flex-wrap gap-2">
        <code className="secret min-w-0 flex-1 basis-48" data-shown={secret ? "" : undefined} dir="ltr">
          {secret ?? (
            <>
              <span aria-hidden="true">{HIDDEN}</span>
              <span className="visually-hidden">{i18n._({ id: "keys.hidden", message: "Hidden" })}</span>
            </>
          )}
        </code>
        <Button busy={reveal.busy} onClick={() => (secret ? onShow(id, undefined) : void reveal.run())}>
          {secret
            ? i18n._({ id: "keys.hide", message: "Hide" })
            : i18n._({ id: "keys.reveal", message: "Show" })}
          <span className="visually-hidden"> {label}</span>
        </Button>
        {secret && <CopyButton text={secret} what={label} />}
      </div>
      {reveal.complaint && <Notice kind="error">{reveal.complaint}</Notice>}
      <div className="flex basis-full flex-wrap gap-1">
        <ActionButton
          kind="quiet"
          about={label}
          confirm={{
            title: i18n._({
              id: "keys.rotate.title",
              message: "Replace the key “{label}”?",
              values: { label },
            }),
            detail: i18n._({
              id: "keys.rotate.detail",
              message:
                "The old key stops working at once, and a stream that is sent with it ends. Your encoder needs the new one.",
            }),
            yes: i18n._({ id: "keys.rotate.yes", message: "Replace it" }),
          }}
          act={async () => {
            const made = await call("POST /api/v1/channels/{name}/keys/{id}/rotate", { path });
            onShow(made.id, made.key);
            await refresh("keys", channel);
          }}
        >
          {i18n._({ id: "keys.rotate", message: "Replace" })}
        </ActionButton>
        <ActionButton
          kind="quiet"
          about={label}
          act={async () => {
            await call("PATCH /api/v1/channels/{name}/keys/{id}", {
              path,
              body: { disabled: !disabled },
            });
            await refresh("keys", channel);
          }}
        >
          {disabled
            ? i18n._({ id: "keys.enable", message: "Turn on" })
            : i18n._({ id: "keys.disable", message: "Turn off" })}
        </ActionButton>
        <RemoveButton
          about={label}
          confirm={{
            title: i18n._({
              id: "keys.remove.title",
              message: "Remove the key “{label}”?",
              values: { label },
            }),
            detail: i18n._({
              id: "keys.remove.detail",
              message: "It stops working at once, and a stream that is sent with it ends.",
            }),
          }}
          act={async () => {
            await call("DELETE /api/v1/channels/{name}/keys/{id}", { path });
            await refresh("keys", channel);
          }}
        />
      </div>
    </li>
  );
}

interface NewKeyProps {
  channel: string;
  onMade(id: string, key: string): void;
}

function NewKey({ channel, onMade }: NewKeyProps) {
  const refresh = useRefresh();
  return (
    <Form
      clears
      label={i18n._({ id: "keys.new", message: "New stream key" })}
      className="mt-5 flex flex-col gap-3 border-t border-line pt-5 sm:flex-row sm:items-end"
      onSubmit={async ({ label = "" }) => {
        const made = await call("POST /api/v1/channels/{name}/keys", {
          path: { name: channel },
          body: { label: label.trim() },
        });
        await refresh("keys", channel);
        onMade(made.id, made.key);
      }}
    >
      <div className="flex-1">
        <TextField
          name="label"
          label={i18n._({ id: "keys.new.label", message: "What a new key is for" })}
          placeholder={i18n._({ id: "keys.new.example", message: "OBS at home" })}
          maxLength={60}
          autoComplete="off"
          dir="auto"
        />
      </div>
      <Submit>{i18n._({ id: "keys.new.submit", message: "Make a key" })}</Submit>
    </Form>
  );
}
