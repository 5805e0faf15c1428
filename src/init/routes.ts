import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Paths by which services are asked, in the order of preference. */
const PATHS = ['/health', '/healthz', '/api/health', '/health/live', '/livez', '/ready', '/readyz', '/ping', '/status'];
const SOURCES = /\.(?:py|[cm]?[jt]sx?|go|rb|java|kt|rs|php|cs|ex|exs|scala)$/;
const NO_SOURCES = /^(?:\..*|node_modules|vendor|dist|build|target|tests?|__tests__|spec|docs?|venv|__pycache__)$/;
const IS_TEST = /(?:^test_|[._]test\.|[._]spec\.)/;
const MAX_FILES = 200;
const MAX_DEPTH = 4;
const MAX_BYTES = 256 * 1024;

/** Where a folder's sources answer a path of the usual ones; null = none was seen. A few hundred files are looked at, no more. */
export function findRoute(folder: string): { readonly path: string; readonly file: string } | null {
  const found = new Map<string, string>();
  for (const file of sourcesIn(folder)) {
    const text = readFileSync(file, 'utf8');
    for (const path of PATHS)
      if (!found.has(path) && text.includes(path) && isRoute(text, path)) found.set(path, relative(folder, file));
  }
  const path = PATHS.find((one) => found.has(one));
  return path === undefined ? null : { path, file: found.get(path)! };
}

/** The whole path in quotes, after what declares a route: `@app.get("/health")`, `app.get('/health', …)`, `path: "/health"`, `== "/health"`. */
function isRoute(text: string, path: string): boolean {
  const quoted = `["'\`]${path}/?["'\`]`;
  const declares = `(?:\\b(?:get|route|head|all|use|add_route|add_url_rule|handle|handlefunc|mapget|mapping|getmapping|add_get|path|url)\\s*[(:=]\\s*(?:value\\s*=\\s*)?|[=!]==?\\s*|\\bcase\\s+)`;
  return new RegExp(declares + quoted, 'i').test(text);
}

function sourcesIn(folder: string): string[] {
  const files: string[] = [];
  const folders = [{ path: folder, depth: 0 }];
  for (const { path, depth } of folders) {
    for (const entry of entriesOf(path)) {
      if (files.length === MAX_FILES) return files;
      const full = join(path, entry.name);
      if (entry.isDirectory() && depth < MAX_DEPTH && !NO_SOURCES.test(entry.name))
        folders.push({ path: full, depth: depth + 1 });
      else if (entry.isFile() && SOURCES.test(entry.name) && !IS_TEST.test(entry.name) && isSmall(full)) files.push(full);
    }
  }
  return files;
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

function isSmall(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? Number.POSITIVE_INFINITY) <= MAX_BYTES;
}
