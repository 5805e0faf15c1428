/** Targets of the links and images of a Markdown text, code left out. */
export function linksOf(text: string): string[] {
  const prose = proseOf(text).replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
}

/** A Markdown text without its blocks of code. */
export function proseOf(text: string): string {
  return text.replace(/```[\s\S]*?```/g, '');
}
