import { i18n } from "@lingui/core";
import { useState } from "react";
import { call } from "@/api/client";
import { downloadBytes } from "@/lib/download";
import { Button } from "@/ui/button";
import { CopyField } from "@/ui/forms/copy";
import { Loaded } from "@/ui/forms/loaded";
import { Notice } from "@/ui/forms/notice";
import { QrCode } from "@/ui/forms/qr-code";
import { useAction } from "@/ui/forms/use-action";
import { Tabs } from "@/ui/tabs";
import { useKeys } from "./queries";
import { ffmpegCommand, larixLink, obsProfile, type Way } from "./recipes";

/** What stands for a key that nobody has asked to see. */
const HIDDEN = "STREAM-KEY";

interface RecipesProps {
  channel: string;
  /** What OBS calls the profile, and phones the connection. */
  name: string;
  server: string;
}

/** The settings of each encoder, ready to be copied. */
export function Recipes(props: RecipesProps) {
  const keys = useKeys(props.channel);
  return (
    <Loaded query={keys} lines={6}>
      {(known) => {
        const usable = known.filter(({ disabled }) => !disabled);
        if (usable.length === 0)
          return (
            <Notice kind="info">
              {i18n._({ id: "recipes.no-key", message: "Make a stream key first: every recipe needs one." })}
            </Notice>
          );
        return <WithKey {...props} keys={usable} />;
      }}
    </Loaded>
  );
}

function WithKey({ channel, name, server, keys }: RecipesProps & { keys: { id: string; label: string }[] }) {
  const [chosen, setChosen] = useState(keys[0]?.id ?? "");
  const [secret, setSecret] = useState<string | null>(null);
  const reveal = useAction(async () => {
    const path = { name: channel, id: chosen };
    setSecret((await call("POST /api/v1/channels/{name}/keys/{id}/reveal", { path })).key);
  });
  const way: Way = { server, key: secret ?? HIDDEN };
  return (
    <div className="flex flex-col gap-5" data-part="recipes">
      <div className="flex flex-wrap items-end gap-3">
        {keys.length > 1 && (
          <label className="field min-w-0 flex-1 basis-52">
            <span className="mb-1.5 text-sm font-semibold">
              {i18n._({ id: "recipes.key", message: "Stream key" })}
            </span>
            <select
              className="input"
              value={chosen}
              onChange={({ target }) => {
                setChosen(target.value);
                setSecret(null);
              }}
            >
              {keys.map(({ id, label }) => (
                <option key={id} value={id}>
                  {label}
                </option>
              ))}
            </select>
          </label>
        )}
        <Button
          kind={secret ? undefined : "primary"}
          busy={reveal.busy}
          onClick={() => (secret ? setSecret(null) : void reveal.run())}
        >
          {secret
            ? i18n._({ id: "recipes.hide", message: "Take my key out again" })
            : i18n._({ id: "recipes.fill", message: "Put my key in" })}
        </Button>
      </div>
      {reveal.complaint && <Notice kind="error">{reveal.complaint}</Notice>}
      {secret && (
        <Notice kind="warning">
          {i18n._({
            id: "recipes.warning",
            message: "What stands below has your key in it now: do not show it on stream.",
          })}
        </Notice>
      )}
      <Tabs
        label={i18n._({ id: "recipes.label", message: "Encoders" })}
        tabs={[
          { name: "obs", label: "OBS", panel: () => <Obs way={way} name={name} ready={secret !== null} /> },
          {
            name: "phone",
            label: i18n._({ id: "recipes.phone", message: "Phone" }),
            panel: () => <Phone way={way} name={name} ready={secret !== null} />,
          },
          {
            name: "ffmpeg",
            label: "ffmpeg",
            panel: () => (
              <CopyField
                label={i18n._({ id: "recipes.command", message: "Streams the file input.mp4" })}
                text={ffmpegCommand(way)}
              />
            ),
          },
        ]}
      />
    </div>
  );
}

interface RecipeProps {
  way: Way;
  name: string;
  /** Whether the key is in it. */
  ready: boolean;
}

function Obs({ way, name, ready }: RecipeProps) {
  return (
    <div className="flex flex-col gap-5">
      <ol className="steps">
        <li>
          {i18n._({
            id: "obs.settings",
            message: "Open Settings, Stream, and choose the service “Custom…”.",
          })}
        </li>
        <li>{i18n._({ id: "obs.paste", message: "Put in the server and the key:" })}</li>
      </ol>
      <CopyField label={i18n._({ id: "go-live.server", message: "Server" })} text={way.server} />
      <CopyField label={i18n._({ id: "recipes.key", message: "Stream key" })} text={way.key} />
      <p className="text-[15px] text-fg-2">
        {i18n._({
          id: "obs.output",
          message:
            "Under Output choose 4500 kb/s for the picture, 160 for the sound, and a keyframe interval of 2 s.",
        })}
      </p>
      <div className="border-t border-line pt-5">
        <p className="mb-3 text-[15px] text-fg-2">
          {i18n._({
            id: "obs.profile",
            message:
              "Or take all of it as a profile: unpack it, then in OBS choose Profile, Import, and the folder.",
          })}
        </p>
        <Button
          disabled={!ready}
          onClick={() => downloadBytes(obsProfile(way, name), "application/zip", "obs-profile.zip")}
        >
          {i18n._({ id: "obs.download", message: "Download the OBS profile" })}
        </Button>
        {!ready && <NeedsKey />}
      </div>
    </div>
  );
}

function Phone({ way, name, ready }: RecipeProps) {
  return (
    <div className="flex flex-col gap-5">
      <p className="text-[15px] text-fg-2">
        {i18n._({
          id: "phone.lead",
          message:
            "Larix Broadcaster is free for Android and iOS. Scan this in it: Settings, Larix Grove, Scan.",
        })}
      </p>
      {ready ? (
        <QrCode
          text={larixLink(way, name)}
          label={i18n._({ id: "phone.qr", message: "The settings for Larix Broadcaster as a QR code" })}
        />
      ) : (
        <NeedsKey />
      )}
      <CopyField
        label={i18n._({ id: "phone.address", message: "For other apps: the whole address" })}
        text={`${way.server}/${way.key}`}
      />
    </div>
  );
}

function NeedsKey() {
  return (
    <p className="field-hint">
      {i18n._({ id: "recipes.needs-key", message: "Put your key in first: the button is above." })}
    </p>
  );
}
