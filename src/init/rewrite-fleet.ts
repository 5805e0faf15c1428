import { loadConfig } from '../fleet/config/load.ts';
import { withEvidence } from '../fleet/evidence.ts';
import { layOver, type Render } from '../fleet/load.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import { mendDocument } from './older/mend.ts';
import { rewriteOlder } from './older/rewrite.ts';
import { checkText } from './propose-fleet.ts';
import { WIDTHS } from './yaml-text.ts';

/** An older configuration to rewrite; all paths absolute, env files and profiles as given on the command line. */
export interface RewriteRequest {
  readonly root: string;
  /** The older file and its text. */
  readonly from: string;
  readonly older: string;
  readonly envFiles: readonly string[];
  readonly profiles: readonly string[];
  /** Where the new text will be. */
  readonly file: string;
  readonly schema: string;
}

/** The same configuration in the current form. */
export interface RewrittenFleet {
  readonly text: string;
  readonly carried: number;
  /** What has no place in it or was written otherwise, at its place in the older file. */
  readonly remarks: readonly Diagnostic[];
  /** What loading the new text finds; what is wrong with the Compose files is still there. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Rewrites an older configuration so that the plan stays the same. Where its projects can be rendered, what Slipway corrects in it anyway is written
 * correctly. Nothing is written to disk.
 */
export async function rewriteFleet(
  request: RewriteRequest,
  render: Render,
): Promise<Result<RewrittenFleet, readonly Diagnostic[]>> {
  const { root, from, older, envFiles, profiles } = request;
  const { config, diagnostics } = loadConfig(older, from);
  if (config === null) return err(withEvidence(diagnostics, new Map([[from, older]])));
  const rewritten = rewriteOlder(older, from, request.schema);
  if (rewritten === null) return err([notOlder(from)]);
  const laid = await layOver({ root, config }, { envFiles, profiles }, render);
  const texts = new Map([...laid.texts, [from, older] as const]);
  const met = laid.fleet && { fleet: laid.fleet, diagnostics: withEvidence(laid.diagnostics, texts) };
  const changes = met === null ? [notCompared(laid.diagnostics)] : mendDocument(rewritten.document, met);
  const text = `${rewritten.document.toString(WIDTHS).trimEnd()}\n`;
  return ok({
    text,
    carried: rewritten.carried,
    remarks: [...rewritten.remarks, ...changes],
    diagnostics: met === null ? loadConfig(text, request.file).diagnostics : checkText(text, request.file, { root, laid }),
  });
}

function notOlder(from: string): Diagnostic {
  return {
    code: 'not-older-form',
    severity: 'error',
    message: 'This configuration is not of the older form: there is nothing to rewrite',
    file: from,
    remedy: 'Use it as it is; slipway plan checks it',
  };
}

function notCompared(diagnostics: readonly Diagnostic[]): Diagnostic {
  const first = diagnostics.find(({ severity }) => severity === 'error');
  return {
    code: 'not-compared',
    severity: 'warning',
    message: `It was not compared with the Compose files${first ? `: ${first.message}` : ''}`,
    remedy: 'slipway plan compares it',
  };
}
