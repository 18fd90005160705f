/** The browser's offer to put the site among somebody's apps: kept until it is asked for, never thrust upon anybody. */
import { createStore } from "zustand/vanilla";

/** Chromium's; others have it in their menus alone. */
interface InstallOffer extends Event {
  prompt(): Promise<{ outcome: "accepted" | "dismissed" }>;
}

export const installOffer = createStore<{ offer: InstallOffer | null }>(() => ({ offer: null }));

export function awaitInstallOffer(): void {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    installOffer.setState({ offer: event as InstallOffer });
  });
  addEventListener("appinstalled", () => installOffer.setState({ offer: null }));
}

/** An offer is good for one question. */
export async function install(): Promise<void> {
  const { offer } = installOffer.getState();
  installOffer.setState({ offer: null });
  await offer?.prompt();
}
