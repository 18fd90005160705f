import "@/lib/page-messages";
import "../styles/pages.css";
import { i18n } from "@lingui/core";
import { useSession } from "@/api/session";
import type { Account } from "@/api/types";
import {
  DeleteAccount,
  ExportAccount,
  Install,
  Kept,
  Logins,
  Look,
  MailForm,
  Passkeys,
  PasswordForm,
  Playback,
  ProfileForm,
  Seen,
  Tokens,
  TwoFactor,
} from "@/features/settings";
import { Parts } from "@/ui/forms/parts";
import { useTitle } from "@/ui/navigation";
import { hasPasskeys, usePolicy } from "../account/use-policy";
import { NeedsPerson } from "../needs-person";
import { useServices } from "../services";
import { Shell } from "../shell";

/** Somebody's own account, and what holds in this browser for guests as well. */
export default function SettingsPage({ match: [part = ""] }: { match: string[] }) {
  const session = useSession();
  if (part === "device" && session && !session.account) {
    return (
      <Shell>
        <ForGuests />
      </Shell>
    );
  }
  return <NeedsPerson>{(account) => <Settings account={account} part={part} />}</NeedsPerson>;
}

const deviceWords = () => i18n._({ id: "settings.device", message: "This device" });

function ForGuests() {
  const { boot } = useServices();
  const title = deviceWords();
  useTitle(title, boot?.site.name ?? "Rivulet");
  return (
    <div className="parts-page">
      <h1 className="page-title">{title}</h1>
      <div className="flex min-w-0 flex-col gap-5">
        <Device />
      </div>
    </div>
  );
}

function Device() {
  return (
    <>
      <Look />
      <Playback />
      <Install />
      <Kept />
    </>
  );
}

function Settings({ account, part }: { account: Account; part: string }) {
  const { boot } = useServices();
  const title = i18n._({ id: "settings.title", message: "Settings" });
  useTitle(title, boot?.site.name ?? "Rivulet");
  return (
    <Parts
      title={title}
      label={i18n._({ id: "settings.parts", message: "Parts of the settings" })}
      parts={[
        { href: "/settings", label: i18n._({ id: "settings.profile", message: "Profile" }) },
        { href: "/settings/security", label: i18n._({ id: "settings.security", message: "Signing in" }) },
        { href: "/settings/device", label: deviceWords() },
        { href: "/settings/tokens", label: i18n._({ id: "settings.tokens", message: "Programs" }) },
        { href: "/settings/data", label: i18n._({ id: "settings.data", message: "Your data" }) },
      ]}
      current={part ? `/settings/${part}` : "/settings"}
    >
      <Part part={part} account={account} />
    </Parts>
  );
}

function Part({ part, account }: { part: string; account: Account }) {
  const policy = usePolicy();
  // Whatever else is kept of somebody who is not here any more goes with the page.
  const leave = () => location.assign("/");
  switch (part) {
    case "security":
      return (
        <>
          <PasswordForm username={account.username} />
          {hasPasskeys(policy) && <Passkeys />}
          <TwoFactor />
          <MailForm />
          <Logins onSignedOut={leave} />
        </>
      );
    case "device":
      return <Device />;
    case "tokens":
      return <Tokens />;
    case "data":
      return (
        <>
          <Seen />
          <ExportAccount username={account.username} />
          <DeleteAccount onDeleted={leave} />
        </>
      );
    default:
      return <ProfileForm />;
  }
}
