import { i18n } from "@lingui/core";
import { useId, useRef, useState } from "react";
import type { Channel } from "@/api/types";
import { copyText } from "@/ui/copy-text";
import { Icon } from "@/ui/icon";
import { ChannelDialog } from "./dialog";
import { embedCode, watchUrl } from "./links";

const COPIED_MS = 2_500;

/** Hands the link to the device's own share sheet on touch screens, else shows what to copy. */
export function ShareButton({ channel }: { channel: Channel }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const url = watchUrl(channel, location.origin);

  const share = () => {
    const touch = matchMedia("(pointer: coarse)").matches;
    if (touch && navigator.share) {
      // Rejected when the viewer changes their mind, which needs no answer.
      navigator.share({ title: channel.title || channel.name, url }).catch(() => undefined);
    } else {
      dialog.current?.showModal();
    }
  };
  return (
    <>
      <button type="button" className="button" onClick={share}>
        <Icon name="share" />
        {i18n._({ id: "share.button", message: "Share" })}
      </button>
      <ChannelDialog dialog={dialog} title={i18n._({ id: "share.title", message: "Share this channel" })}>
        <div className="flex flex-col gap-4">
          <CopyField label={i18n._({ id: "share.link", message: "Link" })} text={url} />
          <CopyField
            label={i18n._({ id: "share.embed", message: "Player for your own page" })}
            text={embedCode(channel, location.origin)}
          />
          <CopyField
            label={i18n._({ id: "share.stream", message: "Stream address for player apps" })}
            text={new URL(channel.playback_url, location.origin).href}
          />
        </div>
      </ChannelDialog>
    </>
  );
}

function CopyField({ label, text }: { label: string; text: string }) {
  const id = useId();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    if (!(await copyText(text))) return;
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_MS);
  };
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-[13px] font-semibold text-fg-2">
        {label}
      </label>
      <div className="flex gap-2">
        <input
          id={id}
          readOnly
          dir="ltr"
          value={text}
          onFocus={(event) => event.target.select()}
          className="min-w-0 flex-1 rounded-card border border-line bg-s0 px-3 font-mono text-[13px]"
        />
        <button type="button" className="button" onClick={copy}>
          {copied
            ? i18n._({ id: "share.copied", message: "Copied" })
            : i18n._({ id: "share.copy", message: "Copy" })}
          <span className="visually-hidden">{label}</span>
        </button>
      </div>
    </div>
  );
}
