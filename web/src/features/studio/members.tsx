import { i18n } from "@lingui/core";
import { call } from "@/api/client";
import type { ChannelRole, MemberDocument } from "@/api/schema";
import { ActionButton } from "@/ui/forms/action-button";
import { Select, TextField } from "@/ui/forms/fields";
import { Form, Submit } from "@/ui/forms/form";
import { Loaded } from "@/ui/forms/loaded";
import { Section } from "@/ui/forms/section";
import { useMembers, useRefresh } from "./queries";

const ROLES: ChannelRole[] = ["moderator", "editor", "owner"];

function roleName(role: ChannelRole): string {
  switch (role) {
    case "owner":
      return i18n._({ id: "role.owner", message: "Owner" });
    case "editor":
      return i18n._({ id: "role.editor", message: "Editor" });
    default:
      return i18n._({ id: "role.moderator", message: "Moderator" });
  }
}

function roleWords(role: ChannelRole): string {
  switch (role) {
    case "owner":
      return i18n._({ id: "role.owner.may", message: "may everything, also keys and who has a role" });
    case "editor":
      return i18n._({ id: "role.editor.may", message: "changes title and texts, and ends streams" });
    default:
      return i18n._({ id: "role.moderator.may", message: "keeps order in chat" });
  }
}

/** Who works on the channel. */
export function Members({ channel }: { channel: string }) {
  const query = useMembers(channel);
  return (
    <Section
      title={i18n._({ id: "members.title", message: "People of this channel" })}
      lead={i18n._({ id: "members.lead", message: "Nobody needs your password or a key of yours to help." })}
    >
      <Loaded query={query}>
        {(members) => (
          <ul className="rows">
            {members.map((member) => (
              <MemberRow key={member.account_id} channel={channel} member={member} />
            ))}
          </ul>
        )}
      </Loaded>
      <NewMember channel={channel} />
    </Section>
  );
}

function MemberRow({ channel, member }: { channel: string; member: MemberDocument }) {
  const { username, role } = member;
  const refresh = useRefresh();
  return (
    <li>
      <div className="min-w-0 flex-1 basis-48">
        <p className="font-semibold wrap-anywhere" dir="auto">
          {username}
        </p>
        <p className="text-[13px] text-fg-2">
          {roleName(role)}: {roleWords(role)}
        </p>
      </div>
      <ActionButton
        kind="danger"
        about={username}
        confirm={{
          title: i18n._({
            id: "members.remove.title",
            message: "Take the role of {username}?",
            values: { username },
          }),
          detail: i18n._({
            id: "members.remove.detail",
            message: "The account stays. It only does not work on this channel any more.",
          }),
          yes: i18n._({ id: "members.remove.yes", message: "Take it" }),
        }}
        act={async () => {
          const path = { name: channel, username };
          await call("DELETE /api/v1/channels/{name}/members/{username}", { path });
          await refresh("members", channel);
        }}
      >
        {i18n._({ id: "members.remove", message: "Remove" })}
      </ActionButton>
    </li>
  );
}

function NewMember({ channel }: { channel: string }) {
  const refresh = useRefresh();
  return (
    <Form
      clears
      label={i18n._({ id: "members.new", message: "Give somebody a role" })}
      fields={{ not_found: "username" }}
      className="mt-5 flex flex-col gap-3 border-t border-line pt-5 sm:flex-row sm:items-end"
      onSubmit={async ({ username = "", role = "moderator" }) => {
        await call("PUT /api/v1/channels/{name}/members/{username}", {
          path: { name: channel, username: username.trim().replace(/^@/, "") },
          body: { role: role as ChannelRole },
        });
        await refresh("members", channel);
      }}
    >
      <div className="flex-1">
        <TextField
          name="username"
          label={i18n._({ id: "members.new.name", message: "Name of an account here" })}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          dir="auto"
        />
      </div>
      <div className="sm:w-44">
        <Select
          name="role"
          label={i18n._({ id: "members.new.role", message: "Role" })}
          defaultValue="moderator"
        >
          {ROLES.map((role) => (
            <option key={role} value={role}>
              {roleName(role)}
            </option>
          ))}
        </Select>
      </div>
      <Submit>{i18n._({ id: "members.new.submit", message: "Give it" })}</Submit>
    </Form>
  );
}
