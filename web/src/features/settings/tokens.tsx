import { i18n } from "@lingui/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "@/api/client";
import type { ApiTokenDocument, Scope } from "@/api/schema";
import { ShownOnce } from "@/ui/forms/copy";
import { TextField } from "@/ui/forms/fields";
import { Form, Submit } from "@/ui/forms/form";
import { DaysField } from "@/ui/forms/known-fields";
import { LastUsed } from "@/ui/forms/last-used";
import { Loaded } from "@/ui/forms/loaded";
import { RemoveButton } from "@/ui/forms/remove-button";
import { Rows } from "@/ui/forms/rows";
import { Section } from "@/ui/forms/section";
import { CheckGroup, ticked } from "@/ui/forms/ticks";

const KEY = ["api-tokens"];
const LASTS_DAYS = [30, 90, 366];

/** What a token may be for, in the words of its owner. */
function scopes(): [Scope, string][] {
  return [
    ["account:read", i18n._({ id: "scope.account-read", message: "Read your account" })],
    ["account:write", i18n._({ id: "scope.account-write", message: "Change your profile and follows" })],
    [
      "channel:write",
      i18n._({ id: "scope.channel-write", message: "Change channels: titles, texts, schedule" }),
    ],
    ["channel:keys", i18n._({ id: "scope.channel-keys", message: "Read and make stream keys" })],
    ["stream", i18n._({ id: "scope.stream", message: "See the health of streams, and end them" })],
    ["chat", i18n._({ id: "scope.chat", message: "Read and write in chat" })],
    ["moderation", i18n._({ id: "scope.moderation", message: "Keep order in chat" })],
    ["site", i18n._({ id: "scope.site", message: "What you may as one who runs the site" })],
  ];
}

/** Tokens for programs that act for somebody. */
export function Tokens() {
  const queries = useQueryClient();
  const [made, setMade] = useState<string | null>(null);
  const query = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => call("GET /api/v1/account/api-tokens", {}, signal),
  });
  const refresh = () => queries.invalidateQueries({ queryKey: KEY });
  return (
    <Section
      title={i18n._({ id: "tokens.title", message: "Tokens for programs" })}
      lead={i18n._({
        id: "tokens.lead",
        message: "A program that shows one may what you tick and nothing else, until you remove it.",
      })}
    >
      <Loaded query={query} lines={2}>
        {({ tokens }) => <TokenList tokens={tokens} onRemoved={refresh} />}
      </Loaded>
      {made && (
        <ShownOnce
          label={i18n._({ id: "tokens.made", message: "Your new token. It is shown only now." })}
          text={made}
        />
      )}
      <NewToken
        onMade={async (secret) => {
          setMade(secret);
          await refresh();
        }}
      />
    </Section>
  );
}

interface TokenListProps {
  tokens: ApiTokenDocument[];
  onRemoved(): Promise<void>;
}

function TokenList({ tokens, onRemoved }: TokenListProps) {
  const names = new Map(scopes());
  return (
    <Rows items={tokens} none={i18n._({ id: "tokens.none", message: "There are none." })}>
      {({ id, label, scopes: given, last_used_at: used }) => (
        <li key={id}>
          <div className="min-w-0 flex-1 basis-48">
            <p className="font-semibold wrap-anywhere" dir="auto">
              {label}
            </p>
            <p className="text-[13px] text-fg-2">
              {given.map((scope) => names.get(scope) ?? scope).join(" · ")}
            </p>
            <LastUsed at={used ?? null} />
          </div>
          <RemoveButton
            about={label}
            act={async () => {
              await call("DELETE /api/v1/account/api-tokens/{id}", { path: { id } });
              await onRemoved();
            }}
          />
        </li>
      )}
    </Rows>
  );
}

function NewToken({ onMade }: { onMade(secret: string): Promise<void> }) {
  return (
    <Form
      clears
      label={i18n._({ id: "tokens.new", message: "New token" })}
      className="mt-5 flex flex-col gap-4 border-t border-line pt-5"
      check={(values): Partial<Record<string, string>> =>
        ticked(values, scopes()).length > 0
          ? {}
          : { "account:read": i18n._({ id: "tokens.new.choose", message: "Tick at least one." }) }
      }
      onSubmit={async (values) => {
        const days = Number(values.days) || null;
        const chosen = ticked(values, scopes());
        const body = { label: values.label?.trim() ?? "", scopes: chosen, expires_in_days: days };
        const { secret } = await call("POST /api/v1/account/api-tokens", { body });
        await onMade(secret);
      }}
    >
      <TextField
        name="label"
        label={i18n._({ id: "tokens.new.label", message: "What the new token is for" })}
        maxLength={60}
        autoComplete="off"
        dir="auto"
      />
      <CheckGroup label={i18n._({ id: "tokens.new.scopes", message: "What it may" })} choices={scopes()} />
      <div className="sm:w-56">
        <DaysField
          label={i18n._({ id: "tokens.new.lasts", message: "For how long" })}
          choices={LASTS_DAYS}
          usual={90}
          none={i18n._({ id: "tokens.new.for-ever", message: "Until I remove it" })}
        />
      </div>
      <Submit>{i18n._({ id: "tokens.new.submit", message: "Make a token" })}</Submit>
    </Form>
  );
}
