/** How configurations are written. */
export const WIDTHS = { lineWidth: 120, flowCollectionPadding: true } as const;

/** The line by which the YAML language server of an editor finds the schema of a file. */
export function schemaComment(address: string): string {
  return ` yaml-language-server: $schema=${address}`;
}
