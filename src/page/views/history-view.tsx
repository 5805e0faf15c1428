/** Later. */
export function HistoryView(_: { readonly snapshot: unknown }) {
  return <p>later</p>;
}
