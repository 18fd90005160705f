/** What stands while the script of a page is loading, and when it cannot be had. */
import { i18n } from "@lingui/core";
import { Component, type ReactNode } from "react";
import { PageMessage } from "@/ui/page-message";
import { Shell } from "./shell";

export function LaterWait() {
  return (
    <Shell>
      <p className="visually-hidden" role="status">
        {i18n._({ id: "stage.loading", message: "Loading" })}
      </p>
    </Shell>
  );
}

/** A server that was updated has no scripts of the old pages any more: loading anew helps. */
export class LaterBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <Shell>
        <PageMessage
          title={i18n._({ id: "later.title", message: "This page cannot be shown" })}
          detail={i18n._({
            id: "later.detail",
            message: "The server may have been updated, or your connection is down.",
          })}
        >
          <button type="button" className="button" data-primary="" onClick={() => location.reload()}>
            {i18n._({ id: "later.reload", message: "Load it again" })}
          </button>
        </PageMessage>
      </Shell>
    );
  }
}
