import { i18n } from "@lingui/core";
import type { CategorySummary } from "@/api/schema";
import { formatCount } from "@/lib/format";
import { Link } from "@/ui/navigation";

/** Categories, the most watched first. */
export function CategoryGrid({ categories }: { categories: CategorySummary[] }) {
  return (
    <ul className="card-grid" data-small="">
      {categories.map((category) => (
        <CategoryCard key={category.id} category={category} />
      ))}
    </ul>
  );
}

function CategoryCard({ category }: { category: CategorySummary }) {
  return (
    <li>
      <Link
        href={`/category/${encodeURIComponent(category.slug)}`}
        className="card block h-full px-4 py-3 hover:bg-s2"
      >
        <span className="block truncate font-semibold" dir="auto">
          {category.name}
        </span>
        <span className="block text-sm text-fg-2 tabular-nums">
          <CategoryCounts category={category} />
        </span>
      </Link>
    </li>
  );
}

export function CategoryCounts({ category: { live, viewers, channels } }: { category: CategorySummary }) {
  if (live > 0) {
    return i18n._({
      id: "category.live",
      message: "{live, plural, one {# channel live} other {# channels live}}, {viewers} watching",
      values: { live, viewers: formatCount(viewers, i18n.locale) },
    });
  }
  return i18n._({
    id: "category.channels",
    message: "{channels, plural, =0 {No channels} one {# channel} other {# channels}}",
    values: { channels },
  });
}
