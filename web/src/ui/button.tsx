import type { ButtonHTMLAttributes } from "react";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: "primary" | "danger" | "quiet";
  busy?: boolean;
}

/** A button; while its work is under way it says so, keeps its place and focus, and does nothing more. */
export function Button({ kind, busy = false, type = "button", onClick, children, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={`button ${rest.className ?? ""}`}
      data-primary={kind === "primary" ? "" : undefined}
      data-danger={kind === "danger" ? "" : undefined}
      data-quiet={kind === "quiet" ? "" : undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {busy && <span className="button-spinner" aria-hidden="true" />}
      {children}
    </button>
  );
}
