import { i18n } from "@lingui/core";
import { Link } from "@/ui/navigation";
import { PageMessage } from "@/ui/page-message";
import { Shell } from "./shell";

export function NotFoundPage() {
  return (
    <Shell>
      <PageMessage
        title={i18n._({ id: "not-found.title", message: "There is nothing here" })}
        detail={i18n._({ id: "not-found.detail", message: "The address may be old or mistyped." })}
      >
        <Link href="/" className="button" data-primary="">
          {i18n._({ id: "not-found.home", message: "Go to the start page" })}
        </Link>
      </PageMessage>
    </Shell>
  );
}
