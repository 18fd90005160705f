/** The mark: three ripples of one stream, the last one arriving. */
export function BrandMark() {
  return (
    <svg className="brand-mark" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M3 7.5c2.2-2.4 4.4-2.4 6.6 0s4.4 2.4 6.6 0" opacity=".45" />
      <path d="M3 12.5c3-2.8 6-2.8 9 0s6 2.8 9 0" opacity=".75" />
      <path d="M7.8 17.5c2.2-2.4 4.4-2.4 6.6 0s4.4 2.4 6.6 0" />
      <circle cx="20" cy="6.5" r="1.9" />
    </svg>
  );
}
