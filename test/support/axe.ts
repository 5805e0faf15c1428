import axe from 'axe-core';
import type { Page } from 'playwright-core';

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}

/** What axe finds seriously or critically wrong with the page as it is now, a line each; empty = nothing. */
export async function seriousFaults(page: Page): Promise<readonly string[]> {
  // As an expression, which no content security policy forbids the debugger.
  await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate<{ violations: Violation[]; passes: unknown[] }>('axe.run(document)');
  if (passes.length === 0) throw new Error('axe looked at nothing');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`));
}
