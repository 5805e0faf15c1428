/** Later. */
export function GraphView(_: { readonly snapshot: unknown }) {
  return <p>later</p>;
}
