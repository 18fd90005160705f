import { SafeHtml } from "./safe-html";

interface PanelListProps {
  panels: { title: string; link: string | null; html: string }[];
}

/** What a channel says at length. */
export function PanelList({ panels }: PanelListProps) {
  return (
    <div className="grid items-start gap-4 min-[700px]:grid-cols-2 min-[1400px]:grid-cols-3">
      {panels.map(({ title, link, html }, index) => (
        // Panels have nothing of their own that stays the same but their order.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above.
        <section key={index} className="card p-5" data-part="panel-view">
          {title && (
            <h2 className="mb-2 text-base font-[650] wrap-anywhere" dir="auto">
              {link ? (
                <a href={link} rel="noopener nofollow ugc" target="_blank" className="underline">
                  {title}
                </a>
              ) : (
                title
              )}
            </h2>
          )}
          {html && <SafeHtml html={html} />}
        </section>
      ))}
    </div>
  );
}
