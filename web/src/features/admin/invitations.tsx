import { i18n } from "@lingui/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "@/api/client";
import type { InvitationDocument } from "@/api/schema";
import { ActionButton } from "@/ui/forms/action-button";
import { ShownOnce } from "@/ui/forms/copy";
import { TextField } from "@/ui/forms/fields";
import { Form, Submit } from "@/ui/forms/form";
import { DaysField } from "@/ui/forms/known-fields";
import { Loaded } from "@/ui/forms/loaded";
import { Rows } from "@/ui/forms/rows";
import { Section } from "@/ui/forms/section";

const KEY = ["invitations"];
const LASTS_DAYS = [1, 7, 30, 366];

/** Invitations: links that make an account. */
export function Invitations() {
  const queries = useQueryClient();
  const [code, setCode] = useState<string | null>(null);
  const query = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => call("GET /api/v1/admin/invitations", {}, signal),
  });
  const refresh = () => queries.invalidateQueries({ queryKey: KEY });
  return (
    <Section
      title={i18n._({ id: "invitations.title", message: "Invitations" })}
      lead={i18n._({
        id: "invitations.lead",
        message: "Whoever has the link of one can make an account, also where accounts are closed to others.",
      })}
    >
      <Loaded query={query} lines={2}>
        {({ invitations }) => (
          <Rows items={invitations} none={i18n._({ id: "invitations.none", message: "None is open." })}>
            {(invitation) => <Row key={invitation.id} invitation={invitation} onRemoved={refresh} />}
          </Rows>
        )}
      </Loaded>
      {code && (
        <ShownOnce
          label={i18n._({ id: "invitations.made", message: "Send this link. It is shown only now." })}
          text={`${location.origin}/register?${new URLSearchParams({ invitation: code })}`}
        />
      )}
      <NewInvitation
        onMade={async (made) => {
          setCode(made);
          await refresh();
        }}
      />
    </Section>
  );
}

function Row({ invitation, onRemoved }: { invitation: InvitationDocument; onRemoved(): Promise<void> }) {
  const { id, note, uses_left: left, made_by: by, expires_at: expires } = invitation;
  const words = [
    i18n._({
      id: "invitations.left",
      message: "{left, plural, one {good for # account} other {good for # accounts}}",
      values: { left },
    }),
    expires &&
      i18n._({
        id: "invitations.until",
        message: "until {day}",
        values: { day: new Date(expires).toLocaleDateString(i18n.locale, { dateStyle: "medium" }) },
      }),
    by && i18n._({ id: "invitations.by", message: "by {by}", values: { by } }),
  ];
  return (
    <li>
      <div className="min-w-0 flex-1 basis-48">
        <p className="font-semibold wrap-anywhere" dir="auto">
          {note || i18n._({ id: "invitations.unnamed", message: "Without a note" })}
        </p>
        <p className="text-[13px] text-fg-2">{words.filter(Boolean).join(" · ")}</p>
      </div>
      <ActionButton
        kind="danger"
        about={note}
        act={async () => {
          await call("DELETE /api/v1/admin/invitations/{id}", { path: { id } });
          await onRemoved();
        }}
      >
        {i18n._({ id: "invitations.remove", message: "Take back" })}
      </ActionButton>
    </li>
  );
}

function NewInvitation({ onMade }: { onMade(code: string): Promise<void> }) {
  return (
    <Form
      clears
      label={i18n._({ id: "invitations.new", message: "New invitation" })}
      className="mt-5 grid gap-4 border-t border-line pt-5 sm:grid-cols-[1fr_auto_auto] sm:items-end"
      onSubmit={async ({ note = "", uses = "1", days = "" }) => {
        const body = { note: note.trim(), uses: Number(uses), expires_in_days: Number(days) || null };
        const { code } = await call("POST /api/v1/admin/invitations", { body });
        await onMade(code);
      }}
    >
      <TextField
        name="note"
        label={i18n._({ id: "invitations.note", message: "For whom" })}
        optional
        maxLength={140}
        autoComplete="off"
        dir="auto"
      />
      <TextField
        name="uses"
        type="number"
        label={i18n._({ id: "invitations.uses", message: "Accounts" })}
        defaultValue="1"
        min={1}
        max={1000}
        title={i18n._({ id: "invitations.uses.rule", message: "1 to 1000." })}
        className="input sm:w-28"
      />
      <DaysField
        label={i18n._({ id: "invitations.lasts", message: "For how long" })}
        choices={LASTS_DAYS}
        usual={7}
        none={i18n._({ id: "invitations.for-ever", message: "Until used up" })}
      />
      <Submit>{i18n._({ id: "invitations.submit", message: "Invite" })}</Submit>
    </Form>
  );
}
