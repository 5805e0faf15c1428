/** A category that names can tell, with words that stand in them. */
export interface Topic {
  readonly category: string;
  readonly description: string;
  readonly words: ReadonlySet<string>;
}

const topic = (category: string, description: string, words: string): Topic => ({
  category,
  description,
  words: new Set(words.split(' ')),
});

/** What a service is by the last word of its name: what people look at, what works in the background, what keeps data. */
const ROLES: readonly Topic[] = [
  topic(
    'frontend',
    'What people look at',
    'ui frontend web webapp website site spa portal storefront gui dashboard app-web client-web',
  ),
  topic(
    'workers',
    'What works in the background',
    'worker workers consumer consumers processor celery beat sidekiq queue runner',
  ),
  topic(
    'data',
    'Databases, caches and brokers',
    'db database postgres postgresql mysql mariadb redis mongo mongodb influxdb kafka rabbitmq',
  ),
];

/** What a service is about by any word of its name; the first word of the name weighs most, then the order here. */
const TOPICS: readonly Topic[] = [
  topic(
    'observability',
    'What watches the others',
    'observability monitoring metrics prometheus grafana loki tempo jaeger zipkin otel telemetry alertmanager cadvisor tracing',
  ),
  topic('gateway', 'The way in from outside', 'gateway proxy ingress traefik nginx caddy haproxy loadbalancer envoy'),
  topic('identity', 'Who may do what', 'auth authentication authorization identity sso login oauth keycloak authelia iam'),
  topic('device', 'Devices and what knows them', 'device devices sensor sensors iot mqtt zigbee firmware'),
  topic(
    'automation',
    'Automations, rules and schedules',
    'automation automations workflow workflows scheduler cron orchestrator blueprint blueprints',
  ),
  topic(
    'analytics',
    'What was and what will be',
    'analytics forecast forecasting reporting reports report stats statistics insights correlator correlation bi',
  ),
  topic(
    'ai-ml',
    'Models, and what serves and trains them',
    'ai ml llm llms nlp rag gpt openvino inference embedding embeddings ollama model models training trainer agent agents vision whisper',
  ),
  topic(
    'integration',
    'What talks to the outside world',
    'integration integrations connector adapter importer webhook webhooks bridge sync scraper crawler ingest ingestion feed aggregator ' +
      'weather sports news calendar maps geo currency exchange pricing price prices carbon air electricity meter ' +
      'email mail mailer smtp sms notification notifications notifier slack telegram payment payments stripe',
  ),
];

/** Images that keep data or pass messages on, by words at the end of their repository; what only looks into one (`mongo-express`) is none. */
const STORES =
  /^(?:.*[-_])?(?:postgres|postgresql|postgis|pgvector|timescaledb?|mysql|mariadb|percona|mongo|mongodb|redis|redis-stack|valkey|keydb|dragonfly|memcached|rabbitmq|kafka|redpanda|nats|zookeeper|pulsar|activemq|artemis|mosquitto|emqx|influxdb|victoria-metrics|clickhouse|cassandra|scylla|couchdb|couchbase|neo4j|elasticsearch|opensearch|meilisearch|typesense|qdrant|weaviate|chroma|milvus|minio|etcd|consul|vault|cockroach|mssql)(?:[-_](?:\d.*|server|ha|cluster|sentinel|alpine))?$/;

/** Whether an image of a registry is a store or a broker: stopping it interrupts whoever uses it, and it has data to lose. */
export function isStore(repository: string): boolean {
  return STORES.test(repository.slice(repository.lastIndexOf('/') + 1).toLowerCase()) || /\bmssql\/server$/.test(repository);
}

/** Words of names that tell nothing: every service is one. */
const EMPTY_WORDS = new Set([
  'service',
  'services',
  'svc',
  'server',
  'app',
  'new',
  'old',
  'v1',
  'v2',
  'main',
  'the',
  'my',
  'prod',
  'dev',
]);

/** The words of a name that may tell something. */
export function wordsOf(name: string): readonly string[] {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[-_.\s]+/)
    .filter((word) => word !== '' && !/^\d+$/.test(word));
  const telling = words.filter((word) => !EMPTY_WORDS.has(word));
  return telling.length > 0 ? telling : words;
}

/** What a name tells: its last word's role, its first word's topic, then the topic of any word. */
export function topicOf(name: string): { readonly topic: Topic; readonly word: string } | null {
  const words = wordsOf(name);
  const last = words.at(-1)!;
  const observability = words.find((word) => TOPICS[0]!.words.has(word));
  if (observability !== undefined) return { topic: TOPICS[0]!, word: observability };
  const role = ROLES.find((one) => one.words.has(last));
  if (role) return { topic: role, word: last };
  const first = TOPICS.find((one) => one.words.has(words[0]!));
  if (first) return { topic: first, word: words[0]! };
  for (const one of TOPICS) {
    const word = words.find((w) => one.words.has(w));
    if (word !== undefined) return { topic: one, word };
  }
  return null;
}

/** The line for people of a category whose name is one of the vocabulary's; empty for others. */
export function descriptionOf(category: string): string {
  return MORE.get(category) ?? [...ROLES, ...TOPICS].find((one) => one.category === category)?.description ?? '';
}

const MORE: ReadonlyMap<string, string> = new Map([
  ['infrastructure', 'Images from a registry: nothing is built'],
  ['jobs', 'Run once and end'],
  ['backend', 'What answers requests'],
]);
