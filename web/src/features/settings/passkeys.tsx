import { i18n } from "@lingui/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { request } from "@/api/client";
import { formatAgo } from "@/lib/format";
import { canUsePasskeys, makePasskey, PasskeyKnown } from "@/lib/passkeys";
import { Button } from "@/ui/button";
import { PasswordField, TextField } from "@/ui/forms/fields";
import { Form, Submit } from "@/ui/forms/form";
import { Loaded } from "@/ui/forms/loaded";
import { Notice } from "@/ui/forms/notice";
import { RemoveButton } from "@/ui/forms/remove-button";
import { Section } from "@/ui/forms/section";

interface Passkey {
  id: string;
  name: string;
  synced: boolean;
  created_at: string;
  last_used_at: string | null;
}

const BASE = "/api/v1/account/passkeys";
const KEY = ["passkeys"];

/** Keys that devices keep: they sign in alone, and nobody can be tricked into telling one. */
export function Passkeys() {
  const passkeys = useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) =>
      ((await request("GET", BASE, undefined, { signal })) as { passkeys: Passkey[] }).passkeys,
  });
  const [adding, setAdding] = useState(false);
  return (
    <Section
      title={i18n._({ id: "passkeys.title", message: "Passkeys" })}
      lead={i18n._({
        id: "passkeys.lead",
        message:
          "A telephone, a computer or a security key signs you in by itself, without a password. Yours goes on working.",
      })}
    >
      <Loaded query={passkeys} lines={3}>
        {(known) => (
          <div className="flex flex-col gap-5">
            {known.length > 0 && (
              <ul className="rows" data-part="passkeys">
                {known.map((passkey) => (
                  <Row key={passkey.id} passkey={passkey} />
                ))}
              </ul>
            )}
            {!canUsePasskeys() ? (
              <Notice kind="info">
                {i18n._({ id: "passkeys.unknown", message: "This browser knows no passkeys." })}
              </Notice>
            ) : adding ? (
              <NewPasskey onDone={() => setAdding(false)} />
            ) : (
              <Button kind="primary" className="self-start" onClick={() => setAdding(true)}>
                {i18n._({ id: "passkeys.add", message: "Add a passkey" })}
              </Button>
            )}
          </div>
        )}
      </Loaded>
    </Section>
  );
}

function NewPasskey({ onDone }: { onDone(): void }) {
  const queries = useQueryClient();
  const [complaint, setComplaint] = useState<string | null>(null);
  const add = async (name: string, password: string) => {
    setComplaint(null);
    const options = (await request("POST", `${BASE}/options`, { password })) as { public_key: unknown };
    try {
      const credential = await makePasskey(options.public_key);
      if (credential === null) return;
      await request("POST", BASE, { name, credential });
    } catch (error) {
      if (!(error instanceof PasskeyKnown)) throw error;
      setComplaint(i18n._({ id: "passkeys.known", message: "This device has a passkey of yours already." }));
      return;
    }
    await queries.invalidateQueries({ queryKey: KEY });
    onDone();
  };
  return (
    <div className="flex flex-col gap-3">
      <Form
        fields={{ wrong_credentials: "password" }}
        onSubmit={({ name = "", password = "" }) => add(name.trim(), password)}
      >
        <TextField
          name="name"
          label={i18n._({ id: "passkeys.name", message: "What to call it" })}
          hint={i18n._({ id: "passkeys.name.hint", message: "Such as the device that keeps it." })}
          maxLength={60}
          autoComplete="off"
          dir="auto"
        />
        <PasswordField
          name="password"
          label={i18n._({ id: "password.confirm", message: "Your password, to be sure that it is you" })}
          autoComplete="current-password"
        />
        <Submit>{i18n._({ id: "passkeys.make", message: "Make the passkey" })}</Submit>
      </Form>
      {complaint && <Notice kind="warning">{complaint}</Notice>}
      <Button kind="quiet" className="self-start" onClick={onDone}>
        {i18n._({ id: "confirm.no", message: "Cancel" })}
      </Button>
    </div>
  );
}

function Row({ passkey: { id, name, synced, created_at, last_used_at } }: { passkey: Passkey }) {
  const queries = useQueryClient();
  const ago = (time: string) => formatAgo(Date.parse(time), Date.now(), i18n.locale);
  return (
    <li>
      <div className="min-w-0 flex-1 basis-52">
        <p className="font-semibold wrap-anywhere" dir="auto">
          {name}
        </p>
        <p className="text-sm text-fg-2">
          {last_used_at
            ? i18n._({
                id: "passkeys.used",
                message: "Last used {ago}",
                values: { ago: ago(last_used_at) },
              })
            : i18n._({ id: "passkeys.made", message: "Made {ago}", values: { ago: ago(created_at) } })}
          {synced && ` · ${i18n._({ id: "passkeys.synced", message: "kept on several devices" })}`}
        </p>
      </div>
      <RemoveButton
        about={name}
        act={async () => {
          await request("DELETE", `${BASE}/${encodeURIComponent(id)}`, undefined);
          await queries.invalidateQueries({ queryKey: KEY });
        }}
        confirm={{
          title: i18n._({ id: "passkeys.remove.title", message: "Remove this passkey?" }),
          detail: i18n._({
            id: "passkeys.remove.detail",
            message: "Nobody can sign in with it any more. The device may still offer it.",
          }),
        }}
      />
    </li>
  );
}
