import { i18n } from "@lingui/core";
import { useSignOut } from "@/api/session";
import type { Account, Session } from "@/api/types";
import { Avatar } from "@/ui/avatar";
import { Menu } from "@/ui/menu";
import { Link, navigate } from "@/ui/navigation";

/** Somebody who is signed in, and the way to what is theirs. */
export default function Person({ session, account }: { session: Session; account: Account }) {
  const signOut = useSignOut();
  const name = account.display_name;
  const leave = async () => {
    await signOut();
    navigate("/");
  };
  return (
    <Menu
      label={i18n._({ id: "shell.person", message: "{name}: your pages", values: { name } })}
      face={
        <Avatar
          name={name}
          seed={account.username}
          hue={account.colour}
          picture={account.avatar_url}
          size="small"
        />
      }
    >
      <p className="mb-1 border-b border-line px-4 pt-2 pb-3">
        <span className="block truncate font-semibold" dir="auto">
          {name}
        </span>
        <span className="block truncate text-[13px] text-fg-2">@{account.username}</span>
      </p>
      <Link href="/studio">{i18n._({ id: "shell.studio", message: "Studio" })}</Link>
      <Link href="/settings">{i18n._({ id: "shell.settings", message: "Settings" })}</Link>
      {session.permissions.includes("manage_accounts") && (
        <Link href="/admin">{i18n._({ id: "shell.admin", message: "Manage the site" })}</Link>
      )}
      <button type="button" className="border-t border-line" onClick={() => void leave()}>
        {i18n._({ id: "shell.sign-out", message: "Sign out" })}
      </button>
    </Menu>
  );
}
