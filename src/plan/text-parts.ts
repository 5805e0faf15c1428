/** Lines of at most `columns` characters, each indented; a word that is longer than a line stays whole. */
export function wrapWords(text: string, columns: number, indent: number): string[] {
  const margin = ' '.repeat(indent);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > columns) {
      lines.push(margin + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, margin + line];
}

/** An age in whole days: `41 days old`; `new today` under one. */
export function formatAge(ms: number): string {
  const days = Math.floor(ms / 86_400_000);
  if (days < 1) return 'new today';
  return days === 1 ? '1 day old' : `${days} days old`;
}
