import { i18n } from "@lingui/core";
import { useQuery } from "@tanstack/react-query";
import { call } from "@/api/client";
import type { ChatSettings } from "@/api/schema";
import { Checkbox, Select, TextArea, TextField } from "@/ui/forms/fields";
import { Form, Submit, type Values } from "@/ui/forms/form";
import { Loaded } from "@/ui/forms/loaded";
import { Section } from "@/ui/forms/section";
import { useRefresh } from "./queries";

/** Who may say what in a channel's chat. */
export function ChatRules({ channel }: { channel: string }) {
  const query = useQuery({
    queryKey: ["chat-settings", channel],
    queryFn: ({ signal }) =>
      call("GET /api/v1/channels/{name}/chat/settings", { path: { name: channel } }, signal),
  });
  return (
    <Section
      title={i18n._({ id: "chat-rules.title", message: "Rules of the chat" })}
      lead={i18n._({ id: "chat-rules.lead", message: "They hold from the next message on." })}
    >
      <Loaded query={query} lines={16}>
        {(settings) => <Fields channel={channel} settings={settings} />}
      </Loaded>
    </Section>
  );
}

function Fields({ channel, settings }: { channel: string; settings: ChatSettings }) {
  const refresh = useRefresh();
  return (
    <Form
      className="flex flex-col gap-5"
      onSubmit={async (values) => {
        const body = rulesOf(values);
        await call("PATCH /api/v1/channels/{name}/chat/settings", { path: { name: channel }, body });
        await refresh("chat-settings", channel);
      }}
    >
      <Checkbox
        name="enabled"
        label={i18n._({ id: "chat-rules.enabled", message: "The channel has a chat" })}
        defaultChecked={settings.enabled}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Select
          name="open"
          label={i18n._({ id: "chat-rules.open", message: "It is open" })}
          defaultValue={settings.open}
        >
          <option value="while_live">
            {i18n._({ id: "chat-rules.open.live", message: "while you are live" })}
          </option>
          <option value="always">{i18n._({ id: "chat-rules.open.always", message: "always" })}</option>
        </Select>
        <Amount
          name="slow_seconds"
          label={i18n._({ id: "chat-rules.slow", message: "Seconds between two messages of one person" })}
          value={settings.slow_seconds}
          max={3600}
        />
        <Amount
          name="followers_only_minutes"
          label={i18n._({ id: "chat-rules.followers", message: "Minutes somebody must have followed" })}
          hint={i18n._({ id: "chat-rules.followers.hint", message: "Empty: one need not follow." })}
          value={settings.followers_only_minutes}
          max={525_600}
        />
        <Amount
          name="established_minutes"
          label={i18n._({ id: "chat-rules.established", message: "Minutes somebody must have been known" })}
          value={settings.established_minutes}
          max={525_600}
        />
        <Amount
          name="max_length"
          label={i18n._({ id: "chat-rules.length", message: "Longest message, in characters" })}
          value={settings.max_length}
          min={1}
          max={2000}
        />
        <Amount
          name="max_caps_percent"
          label={i18n._({
            id: "chat-rules.capitals",
            message: "Capitals in a long message, in percent at most",
          })}
          value={settings.max_caps_percent}
          max={100}
        />
        <Select
          name="links"
          label={i18n._({ id: "chat-rules.links", message: "Links" })}
          defaultValue={settings.links}
        >
          <option value="allow">{i18n._({ id: "chat-rules.links.all", message: "of everybody" })}</option>
          <option value="followers">
            {i18n._({ id: "chat-rules.links.followers", message: "of followers" })}
          </option>
          <option value="listed">
            {i18n._({ id: "chat-rules.links.listed", message: "to the hosts below" })}
          </option>
          <option value="none">
            {i18n._({ id: "chat-rules.links.none", message: "of moderators alone" })}
          </option>
        </Select>
        <Amount
          name="auto_shield_joins"
          label={i18n._({
            id: "chat-rules.shield-joins",
            message: "People within ten seconds who raise the shield",
          })}
          hint={i18n._({ id: "chat-rules.shield-joins.hint", message: "0: it never goes up by itself." })}
          value={settings.auto_shield_joins}
          max={10_000}
        />
      </div>
      <TextArea
        name="link_hosts"
        label={i18n._({ id: "chat-rules.hosts", message: "Hosts that links may lead to" })}
        hint={i18n._({
          id: "chat-rules.hosts.hint",
          message: "One on each line; what is below them counts as well.",
        })}
        defaultValue={settings.link_hosts?.join("\n")}
        optional
        rows={2}
        spellCheck={false}
      />
      <fieldset className="flex flex-col gap-3">
        <legend className="mb-2 text-sm font-semibold">
          {i18n._({ id: "chat-rules.who", message: "Who may write, and what" })}
        </legend>
        {SWITCHES.map(({ name, label }) => (
          <Checkbox key={name} name={name} label={label()} defaultChecked={settings[name]} />
        ))}
      </fieldset>
      <TextField
        name="welcome"
        label={i18n._({ id: "chat-rules.welcome", message: "What everybody who comes is told" })}
        defaultValue={settings.welcome}
        optional
        maxLength={500}
        autoComplete="off"
        dir="auto"
      />
      <Submit done={i18n._({ id: "form.saved", message: "Saved" })}>
        {i18n._({ id: "form.save", message: "Save" })}
      </Submit>
    </Form>
  );
}

const SWITCHES = [
  {
    name: "signed_in_only",
    label: () => i18n._({ id: "chat-rules.signed-in", message: "Only people with an account" }),
  },
  { name: "emote_only", label: () => i18n._({ id: "chat-rules.emotes", message: "Only emotes" }) },
  { name: "quiet", label: () => i18n._({ id: "chat-rules.quiet", message: "Only moderators" }) },
  {
    name: "shield",
    label: () =>
      i18n._({ id: "chat-rules.shield", message: "The shield is up: everything is tightened at once" }),
  },
  {
    name: "repetition",
    label: () => i18n._({ id: "chat-rules.repetition", message: "The same may be said again and again" }),
  },
  {
    name: "hold_doubtful",
    label: () =>
      i18n._({
        id: "chat-rules.hold",
        message: "Doubtful messages wait for a moderator instead of being refused",
      }),
  },
  {
    name: "join_messages",
    label: () => i18n._({ id: "chat-rules.joins", message: "The chat says who comes and goes" }),
  },
] as const;

interface AmountProps {
  name: string;
  label: string;
  hint?: string;
  value: number | null | undefined;
  min?: number;
  max: number;
}

function Amount({ name, label, hint, value, min = 0, max }: AmountProps) {
  return (
    <TextField
      type="number"
      name={name}
      label={label}
      hint={hint}
      defaultValue={value ?? ""}
      optional={value === null}
      min={min}
      max={max}
      title={i18n._({ id: "form.range", message: "{min} to {max}.", values: { min, max } })}
    />
  );
}

/** What the form says, as a change of the rules. */
export function rulesOf(values: Values): ChatSettings {
  const number = (name: string) => Number(values[name] || 0);
  const ticked = (name: string) => values[name] !== undefined;
  return {
    enabled: ticked("enabled"),
    open: values.open === "always" ? "always" : "while_live",
    slow_seconds: number("slow_seconds"),
    followers_only_minutes: values.followers_only_minutes ? number("followers_only_minutes") : null,
    established_minutes: number("established_minutes"),
    max_length: number("max_length"),
    max_caps_percent: number("max_caps_percent"),
    links: (values.links ?? "allow") as ChatSettings["links"],
    link_hosts: (values.link_hosts ?? "").split(/\s+/).filter(Boolean),
    auto_shield_joins: number("auto_shield_joins"),
    welcome: values.welcome?.trim() ?? "",
    ...Object.fromEntries(SWITCHES.map(({ name }) => [name, ticked(name)])),
  };
}
