import { i18n } from "@lingui/core";
import { type CSSProperties, useId, useState } from "react";
import { call } from "@/api/client";
import type { AccountDocument } from "@/api/schema";
import { Avatar } from "@/ui/avatar";
import { TextArea, TextField } from "@/ui/forms/fields";
import { Form, Submit } from "@/ui/forms/form";
import { LinkRows, linksOf, useLinkRows } from "@/ui/forms/links";
import { Loaded } from "@/ui/forms/loaded";
import { PictureField } from "@/ui/forms/picture-field";
import { Section } from "@/ui/forms/section";
import { useAccount, useRefreshAccount, useTakeAccount } from "./queries";

/** How somebody appears to others. */
export function ProfileForm() {
  const account = useAccount();
  return (
    <Section
      title={i18n._({ id: "profile.title", message: "Profile" })}
      lead={i18n._({ id: "profile.lead", message: "Everybody can see this." })}
    >
      <Loaded query={account} lines={12}>
        {(known) => (
          <div className="flex flex-col gap-6">
            <Picture account={known} />
            <Fields account={known} />
          </div>
        )}
      </Loaded>
    </Section>
  );
}

function Picture({ account }: { account: AccountDocument }) {
  const refresh = useRefreshAccount();
  const { display_name: name, username, colour, avatar_url: picture } = account;
  return (
    <PictureField
      label={i18n._({ id: "pictures.avatar", message: "Avatar" })}
      hint={i18n._({ id: "pictures.avatar.hint", message: "Square. PNG, JPEG or WebP of at most 10 MiB." })}
      url="/api/v1/account/avatar.jpg"
      has={picture !== null}
      preview={<Avatar name={name} seed={username} hue={colour} picture={picture} />}
      onChanged={refresh}
    />
  );
}

function Fields({ account }: { account: AccountDocument }) {
  const take = useTakeAccount();
  const rows = useLinkRows(account.links);
  return (
    <Form
      onSubmit={async (values) => {
        const body = {
          display_name: values.display_name?.trim() ?? "",
          bio: values.bio ?? "",
          colour: Number(values.colour),
          links: linksOf(values, rows.ids),
        };
        take(await call("PATCH /api/v1/account", { body }));
      }}
    >
      <TextField
        name="display_name"
        label={i18n._({ id: "profile.name", message: "Name on pages" })}
        hint={i18n._({
          id: "profile.name.hint",
          message: "You sign in as {username}, which stays.",
          values: { username: account.username },
        })}
        defaultValue={account.display_name}
        maxLength={30}
        autoComplete="nickname"
        dir="auto"
      />
      <Colour account={account} />
      <TextArea
        name="bio"
        label={i18n._({ id: "profile.bio", message: "About you" })}
        defaultValue={account.bio}
        optional
        maxLength={2000}
        rows={3}
        dir="auto"
      />
      <LinkRows rows={rows} />
      <Submit done={i18n._({ id: "form.saved", message: "Saved" })}>
        {i18n._({ id: "form.save", message: "Save" })}
      </Submit>
    </Form>
  );
}

/** The colour of somebody's name and initial: a hue; how light it is the page decides, so that it can be read. */
function Colour({ account }: { account: AccountDocument }) {
  const [hue, setHue] = useState(account.colour);
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{i18n._({ id: "profile.colour", message: "Your colour" })}</label>
      <div className="flex items-center gap-4">
        <Avatar name={account.display_name} seed={account.username} hue={hue} />
        <input
          id={id}
          className="hue flex-1"
          type="range"
          name="colour"
          min={0}
          max={359}
          value={hue}
          style={{ "--hue-now": hue } as CSSProperties}
          onChange={(event) => setHue(Number(event.target.value))}
        />
      </div>
    </div>
  );
}
