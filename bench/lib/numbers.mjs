/** The middle value; null of nothing. */
export function median(values) {
  const sorted = values.filter((v) => v !== null && v !== undefined).toSorted((a, b) => a - b);
  if (sorted.length === 0) return null;
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** A number for a table, or a dash. */
export function shown(value, digits = 1) {
  return value === null || value === undefined ? '–' : value.toFixed(digits);
}

/** Rows as text in columns; the first column is words, the others are numbers. */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const cell = (text, column) => (column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column]));
  return rows.map((row) => row.map(cell).join('   ').trimEnd()).join('\n');
}
