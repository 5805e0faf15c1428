/** Later. */
export function TimelineView(_: { readonly snapshot: unknown }) {
  return <p>later</p>;
}
