/** Later. */
export function ServiceView(_: { readonly snapshot: unknown; readonly service: string }) {
  return <p>later</p>;
}
