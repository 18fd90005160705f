import "@/lib/page-messages";
import "../styles/pages.css";
import { i18n } from "@lingui/core";
import { lazy, type ReactNode, Suspense } from "react";
import type { Account, Session } from "@/api/types";
import {
  About,
  Actions,
  Audit,
  Backups,
  Branding,
  Categories,
  Channels,
  ChatKeeping,
  General,
  Home,
  Invitations,
  Jobs,
  Machine,
  People,
  Programs,
  SiteForm,
  Webhooks,
} from "@/features/admin";
import { Emotes, Terms, Video } from "@/features/studio";
import { type Part, Parts } from "@/ui/forms/parts";
import { useTitle } from "@/ui/navigation";
import { NeedsPerson } from "../needs-person";
import { useServices } from "../services";

/** Charts and the log come when somebody looks at them. */
const pages = () => import("../insights/pages");
const AdminInsights = lazy(() => pages().then((it) => ({ default: it.AdminInsights })));
const ServerLog = lazy(() => pages().then((it) => ({ default: it.ServerLog })));

/** What those who run the site see. */
export default function AdminPage({ match: [part = ""] }: { match: string[] }) {
  return (
    <NeedsPerson permission="manage_accounts">
      {(account, session) => <Admin account={account} session={session} part={part} />}
    </NeedsPerson>
  );
}

interface Page extends Part {
  /** What it takes to come here. */
  asks: Session["permissions"][number];
  show(): ReactNode;
}

function page(name: string, asks: Page["asks"], [group, label]: [string, string], show: Page["show"]): Page {
  return { href: name ? `/admin/${name}` : "/admin", asks, group, label, show };
}

function Admin({ account, session, part }: { account: Account; session: Session; part: string }) {
  const { boot } = useServices();
  const title = i18n._({ id: "admin.title", message: "Manage the site" });
  useTitle(title, boot?.site.name ?? "Rivulet");
  const may = (permission: Page["asks"]) => session.permissions.includes(permission);
  const pages = pagesFor(account, may, boot?.version ?? "").filter(({ asks }) => may(asks));
  // Moderators have no settings to look at: they begin with the people.
  const wanted = part ? `/admin/${part}` : "/admin";
  const first = may("site_settings") ? "/admin" : "/admin/people";
  const current = pages.find(({ href }) => href === wanted) ?? pages.find(({ href }) => href === first);
  return (
    <Parts
      title={title}
      label={i18n._({ id: "admin.parts", message: "Parts of managing the site" })}
      parts={pages}
      current={current?.href ?? ""}
    >
      {current?.show()}
    </Parts>
  );
}

/** The channel that settings of the site's own channel are about. */
const PRIMARY = "primary";

function pagesFor(account: Account, may: (permission: Page["asks"]) => boolean, version: string): Page[] {
  const site = i18n._({ id: "admin.group.site", message: "Site" });
  const people = i18n._({ id: "admin.group.people", message: "People and content" });
  const programs = i18n._({ id: "admin.group.programs", message: "Programs" });
  const server = i18n._({ id: "admin.group.server", message: "Server" });
  return [
    page("", "site_settings", [site, i18n._({ id: "admin.home", message: "Home" })], () => (
      <Home version={version} />
    )),
    page("general", "site_settings", [site, i18n._({ id: "admin.general", message: "General" })], () => (
      <>
        <SiteForm />
        <General />
      </>
    )),
    page("branding", "site_settings", [site, i18n._({ id: "admin.branding", message: "Branding" })], () => (
      <Branding />
    )),
    page("video", "operate", [site, i18n._({ id: "admin.video", message: "Video" })], () => (
      <>
        <Machine />
        <Video channel={PRIMARY} operates />
      </>
    )),
    page("chat", "manage_channels", [site, i18n._({ id: "admin.chat", message: "Chat" })], () => (
      <>
        {may("site_settings") && <ChatKeeping />}
        <Terms channel={PRIMARY} site />
      </>
    )),
    page("people", "manage_accounts", [people, i18n._({ id: "admin.people", message: "People" })], () => (
      <>
        <People self={account.id} mayGiveRoles={may("manage_roles")} />
        <Invitations />
      </>
    )),
    page(
      "channels",
      "manage_channels",
      [people, i18n._({ id: "admin.channels", message: "Channels" })],
      () => <Channels mayRemove={may("site_settings")} />,
    ),
    page(
      "categories",
      "manage_categories",
      [people, i18n._({ id: "admin.categories", message: "Categories" })],
      () => <Categories />,
    ),
    page("emotes", "site_settings", [people, i18n._({ id: "admin.emotes", message: "Emotes" })], () => (
      <Emotes channel={PRIMARY} site />
    )),
    page("tokens", "site_settings", [programs, i18n._({ id: "admin.tokens", message: "Tokens" })], () => (
      <Programs />
    )),
    page(
      "webhooks",
      "site_settings",
      [programs, i18n._({ id: "admin.webhooks", message: "Webhooks" })],
      () => <Webhooks />,
    ),
    page("actions", "site_settings", [programs, i18n._({ id: "admin.actions", message: "Actions" })], () => (
      <Actions />
    )),
    page("insights", "operate", [server, i18n._({ id: "admin.insights", message: "Insights" })], () => (
      <Suspense fallback={<div className="skeleton h-60" />}>
        <AdminInsights maySet={may("site_settings")} />
      </Suspense>
    )),
    page("serverlog", "operate", [server, i18n._({ id: "admin.server-log", message: "Server log" })], () => (
      <Suspense fallback={<div className="skeleton h-60" />}>
        <ServerLog />
      </Suspense>
    )),
    page("log", "read_audit", [server, i18n._({ id: "admin.log", message: "Audit log" })], () => <Audit />),
    page("jobs", "operate", [server, i18n._({ id: "admin.jobs", message: "Jobs" })], () => <Jobs />),
    page("backup", "operate", [server, i18n._({ id: "admin.backup", message: "Backup" })], () => <Backups />),
    page(
      "about",
      "site_settings",
      [server, i18n._({ id: "admin.about", message: "About and updates" })],
      () => <About version={version} />,
    ),
  ];
}
