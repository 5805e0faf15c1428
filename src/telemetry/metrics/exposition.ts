/** A metric with all its series. */
export interface Family {
  /** Without the prefix that all our metrics have. */
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  /** One sentence. */
  readonly help: string;
  readonly series: readonly Series[];
}

/** One series: its labels, and its value now. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * Prometheus' text format 0.0.4 (prometheus/docs `instrumenting/exposition_formats.md`). Metrics without series are left out. By hand, because a
 * scrape is a pure view of what is known at that moment: prom-client keeps what was set before, so that containers and services which
 * are gone would have to be taken out of it one by one, and it brings OpenTelemetry's API along.
 */
export function exposition(families: readonly Family[]): string {
  return families
    .filter(({ series }) => series.length > 0)
    .map(({ name, type, help, series }) => {
      const full = `slipway_${name}`;
      const lines = series.map(({ labels, value }) => `${full}${labelText(labels)} ${numberText(value)}\n`);
      return `# HELP ${full} ${escaped(help, /[\\\n]/g)}\n# TYPE ${full} ${type}\n${lines.join('')}`;
    })
    .join('');
}

/** A metric of one series without labels; none at all when its value is not known. */
export function single(type: Family['type'], { name, help }: Pick<Family, 'name' | 'help'>, value: number | null): Family {
  return { name, type, help, series: value === null ? [] : [{ labels: {}, value }] };
}

function labelText(labels: Series['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value, /[\\\n"]/g)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(text: string, special: RegExp): string {
  return text.replace(special, (char) => (char === '\n' ? '\\n' : `\\${char}`));
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return `${value}`;
}
