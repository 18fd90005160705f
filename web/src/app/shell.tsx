import { i18n } from "@lingui/core";
import type { ReactNode } from "react";
import { BrandMark } from "@/ui/brand-mark";
import { Icon } from "@/ui/icon";
import { LanguageSelect } from "@/ui/language-select";
import { Link, usePath } from "@/ui/navigation";
import { PAGE } from "@/ui/page-icons";
import { SearchBox } from "@/ui/search-box";
import { PersonMenu } from "./person-menu";
import { Rail } from "./rail";
import { useServices } from "./services";

interface ShellProps {
  theatre?: boolean;
  children: ReactNode;
}

/** Header, main and footer of every page; beside them the rail, where there is more than one channel. */
export function Shell({ theatre = false, children }: ShellProps) {
  const { boot } = useServices();
  const many = boot?.site.mode === "multi";
  return (
    <div className="flex min-h-dvh flex-col" data-theatre={theatre || undefined}>
      <a className="skip-link" href="#main">
        {i18n._({ id: "shell.skip", message: "Skip to content" })}
      </a>
      {!theatre && <Header many={many} />}
      <div className={many && !theatre ? "with-rail" : "contents"}>
        {many && !theatre && <Rail />}
        <main id="main" tabIndex={-1} className="min-w-0 flex-1 outline-none">
          {children}
        </main>
      </div>
      <Footer />
    </div>
  );
}

function Header({ many }: { many: boolean }) {
  const { boot } = useServices();
  const path = usePath();
  return (
    <header
      data-part="header"
      className="relative z-10 flex h-14 flex-none items-center justify-between gap-3 px-4 sm:gap-6 sm:px-6"
    >
      <Link href="/" className="-mx-2 flex min-h-11 min-w-0 items-center gap-2.5 rounded-card px-2">
        <BrandMark />
        <span className="truncate text-[17px] font-[650] tracking-tight" dir="auto">
          {boot?.site.name ?? "Rivulet"}
        </span>
      </Link>
      {many && path !== "/search" && (
        <div className="hidden min-w-0 flex-1 justify-center sm:flex">
          <SearchBox />
        </div>
      )}
      <div className="flex flex-none items-center gap-1 sm:gap-2">
        {many && (
          <>
            <HeaderLink href="/browse" className="min-[1200px]:hidden" glyph="compass" />
            <HeaderLink href="/search" className="sm:hidden" glyph="search" />
          </>
        )}
        <PersonMenu />
      </div>
    </header>
  );
}

function HeaderLink({
  href,
  className,
  glyph,
}: {
  href: string;
  className: string;
  glyph: "compass" | "search";
}) {
  const label =
    glyph === "compass"
      ? i18n._({ id: "rail.browse", message: "Browse" })
      : i18n._({ id: "search.submit", message: "Search" });
  return (
    <Link
      href={href}
      className={`grid size-11 place-items-center rounded-full text-fg-2 hover:bg-s2 hover:text-fg ${className}`}
      aria-label={label}
    >
      <Icon glyph={PAGE[glyph]} />
    </Link>
  );
}

function Footer() {
  const { boot } = useServices();
  return (
    <footer
      data-part="footer"
      className="mt-12 flex flex-wrap items-center justify-center gap-x-2 px-4 pb-8 text-[13px] text-fg-3"
    >
      <span>{i18n._({ id: "footer.made-with", message: "Self-hosted with Rivulet" })}</span>
      {boot?.version && (
        <>
          <span aria-hidden="true">·</span>
          <span className="tabular-nums">{boot.version}</span>
        </>
      )}
      <span className="language-switch">
        <LanguageSelect aria-label={i18n._({ id: "language.label", message: "Language of the pages" })} />
      </span>
    </footer>
  );
}
