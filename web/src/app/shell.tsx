import { i18n } from "@lingui/core";
import type { ReactNode } from "react";
import { BrandMark } from "@/ui/brand-mark";
import { Link } from "@/ui/navigation";
import { PersonMenu } from "./person-menu";
import { useServices } from "./services";

interface ShellProps {
  theatre?: boolean;
  children: ReactNode;
}

/** Header, main and footer of every page. */
export function Shell({ theatre = false, children }: ShellProps) {
  const { boot } = useServices();
  const site = boot?.site.name ?? "Rivulet";
  return (
    <div className="flex min-h-dvh flex-col" data-theatre={theatre || undefined}>
      <a className="skip-link" href="#main">
        {i18n._({ id: "shell.skip", message: "Skip to content" })}
      </a>
      {!theatre && (
        <header className="relative z-10 flex h-14 flex-none items-center justify-between gap-4 px-4 sm:px-6">
          <Link href="/" className="-mx-2 flex min-h-11 min-w-0 items-center gap-2.5 rounded-card px-2">
            <BrandMark />
            <span className="truncate text-[17px] font-[650] tracking-tight" dir="auto">
              {site}
            </span>
          </Link>
          <PersonMenu />
        </header>
      )}
      <main id="main" tabIndex={-1} className="flex-1 outline-none">
        {children}
      </main>
      <Footer />
    </div>
  );
}

function Footer() {
  const { boot } = useServices();
  return (
    <footer className="mt-12 flex flex-wrap items-center justify-center gap-x-2 px-4 pb-8 text-[13px] text-fg-3">
      <span>{i18n._({ id: "footer.made-with", message: "Self-hosted with Rivulet" })}</span>
      {boot?.version && (
        <>
          <span aria-hidden="true">·</span>
          <span className="tabular-nums">{boot.version}</span>
        </>
      )}
    </footer>
  );
}
