import "@/lib/page-messages";
import "../styles/pages.css";
import { i18n } from "@lingui/core";
import { lazy, Suspense } from "react";
import type { Account, Session } from "@/api/types";
import { Audit, Categories, Invitations, People, SiteForm } from "@/features/admin";
import { Parts } from "@/ui/forms/parts";
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

function Admin({ account, session, part }: { account: Account; session: Session; part: string }) {
  const { boot } = useServices();
  const title = i18n._({ id: "admin.title", message: "Manage the site" });
  useTitle(title, boot?.site.name ?? "Rivulet");
  const may = (permission: Session["permissions"][number]) => session.permissions.includes(permission);
  const parts = [];
  if (may("site_settings"))
    parts.push({ href: "/admin", label: i18n._({ id: "admin.site", message: "Site" }) });
  parts.push({ href: "/admin/people", label: i18n._({ id: "admin.people", message: "People" }) });
  if (may("manage_categories"))
    parts.push({
      href: "/admin/categories",
      label: i18n._({ id: "admin.categories", message: "Categories" }),
    });
  if (may("operate"))
    parts.push(
      { href: "/admin/insights", label: i18n._({ id: "admin.insights", message: "Insights" }) },
      { href: "/admin/serverlog", label: i18n._({ id: "admin.server-log", message: "Server log" }) },
    );
  if (may("read_audit"))
    parts.push({ href: "/admin/log", label: i18n._({ id: "admin.log", message: "Log" }) });
  // Moderators have no settings to look at: they begin with the people.
  const wanted = part ? `/admin/${part}` : "/admin";
  const current = parts.find(({ href }) => href === wanted)?.href ?? "/admin/people";
  return (
    <Parts
      title={title}
      label={i18n._({ id: "admin.parts", message: "Parts of managing the site" })}
      parts={parts}
      current={current}
    >
      {current === "/admin" && <SiteForm />}
      {current === "/admin/categories" && <Categories />}
      {current === "/admin/log" && <Audit />}
      <Suspense fallback={<div className="skeleton h-60" />}>
        {current === "/admin/insights" && <AdminInsights maySet={may("site_settings")} />}
        {current === "/admin/serverlog" && <ServerLog />}
      </Suspense>
      {current === "/admin/people" && (
        <>
          <People self={account.id} mayGiveRoles={may("manage_roles")} />
          <Invitations />
        </>
      )}
    </Parts>
  );
}
