/** A configuration in the older dialect with most of its keys. */
export const OLDER_CONFIG = `library_upgrades: { python: { a: { to: "2" } } }
service_categories:
  ai_ml:
    count: 2
    priority: high
    dependencies: []
    services:
      - { name: x, port: 8018, type: python, health_check: /health, critical: true, special_requirements: [a] }
      - { name: y, port: null, type: nodejs, health_check: null, critical: false }
batch_config: { default_batch_size: 5, build_timeout_seconds: 600, retry: { backoff_seconds: 30 }, buildkit: { enabled: true } }
health_checks: { enabled: true, interval: 10, endpoints: { python: /health, nodejs: null } }
rollback: { enabled: true, backup_tag_prefix: pre-phase1-rebuild, triggers: [build_failure] }
monitoring: { dashboard: { refresh_interval: 5 }, metrics: { collect_build_times: true }, notifications: { enabled: false } }
validation: { pre_build: [text] }
notes: |
  text
`;

/** One in the current form, with an alias. */
export const CURRENT_CONFIG = `phase: phase1
fleet: { projects: [{ name: a, files: [x.yml] }], depends_on: { a/x: [b/y] } }
x-t: &t { command: [pytest], timeout: 5m }
categories:
  one:
    risk: low
    services:
      - { name: x, stack: python, port: 8009, health: /health, critical: true, test: *t }
      - { name: y, health: { tcp: 5 }, replace: { order: auto } }
batch: { size: 5, max_failures: 10% }
resources: { memory_limit: 2g, cpu_limit: "2.0" }
hooks: { before_run: [[./notify, start]] }
`;
