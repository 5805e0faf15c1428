import type { Place } from '../model/diagnostic.ts';
import { readComposeSource, type ComposeSource as YamlSource } from './compose-source.ts';
import { loadConfig } from './config/load.ts';
import type { Config, ConfigProject, ConfigService } from './config-types.ts';

/**
 * What can still be read of a configuration that has errors: its projects and the names and ports of its services, so that one
 * run also reports the names that no Compose file has. Null when even the projects are not clear.
 */
export function salvageConfig(file: string): Config | null {
  const source = readComposeSource([file]);
  const base = loadConfig(null, null).config;
  const projects = salvageProjects(source);
  if (base === null || projects === null) return null;
  const key = ['categories', 'service_categories'].find((name) => isRecord(source.value([name])));
  return { ...base, file, projects, categories: key === undefined ? null : salvageCategories(source, key) };
}

function salvageProjects(source: YamlSource): ConfigProject[] | null {
  const written = source.value(['fleet', 'projects']) ?? [];
  if (!Array.isArray(written)) return null;
  const projects = written.map((project, index) => salvageProject(project, source.place(['fleet', 'projects', index])));
  return projects.every((project) => project !== null) ? projects : null;
}

function salvageProject(written: unknown, place: Place): ConfigProject | null {
  if (!isRecord(written)) return null;
  const { name = null, directory = null, files = [], profiles = [], env_files: envFiles = [] } = written;
  const clear = isText(name) && isText(directory) && isTexts(files) && isTexts(profiles) && isTexts(envFiles);
  return clear ? { name, directory, files, profiles, envFiles, place } : null;
}

function salvageCategories(source: YamlSource, key: string): NonNullable<Config['categories']> {
  return Object.entries(source.value([key]) as Record<string, unknown>).map(([name, category]) => {
    const services = isRecord(category) && Array.isArray(category.services) ? category.services : [];
    return {
      name,
      description: '',
      risk: 'medium',
      priority: '',
      place: source.place([key, name]),
      services: services.flatMap((service, index) => salvageService(service, source, [key, name, 'services', index])),
    };
  });
}

function salvageService(written: unknown, source: YamlSource, path: readonly (string | number)[]): ConfigService[] {
  if (!isRecord(written) || typeof written.name !== 'string') return [];
  const port = typeof written.port === 'number' ? written.port : null;
  return [
    {
      name: written.name,
      place: source.place([...path, 'name']),
      stack: 'other',
      port,
      portPlace: port === null ? null : source.place([...path, 'port']),
      health: { kind: 'none' },
      critical: false,
      kind: undefined,
      test: { command: null, target: null, mounts: [], isolation: 'sandbox', timeoutMs: null },
      replace: { order: undefined, preflight: undefined },
    },
  ];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
