import type { Attributes, Span } from './span.ts';

/*
 * Written by hand on purpose. OpenTelemetry's own packages (sdk-trace-base, resources, exporter-trace-otlp-http 0.223: twelve of them) add
 * 680 kB to a bundle of 2.4 MB and take 40 ms to load, of which their OTLP serializer alone is 570 kB and 35 ms; here it is 3 kB. They also
 * make ids at random and keep spans until a timer sends them, while a run's spans are made from its record, with ids that follow from it.
 */

/** Collectors take at most 4 MB (gRPC) to 20 MB (HTTP) at once; 512 is also what OpenTelemetry's own exporters send at most. */
const MAX_SPANS = 512;

/** Who sends: attributes of the resource, and Slipway's version. */
export interface Sender {
  readonly resource: Attributes;
  readonly version: string;
}

/** The bodies of the requests that send the spans, as OTLP 1.x in JSON (opentelemetry-proto, ExportTraceServiceRequest). */
export function otlpBodies(spans: readonly Span[], sender: Sender): readonly string[] {
  const bodies: string[] = [];
  for (let from = 0; from < spans.length; from += MAX_SPANS)
    bodies.push(JSON.stringify(request(spans.slice(from, from + MAX_SPANS), sender)));
  return bodies;
}

function request(spans: readonly Span[], { resource, version }: Sender): object {
  const scopeSpans = [{ scope: { name: 'slipway', version }, spans: spans.map(spanJson) }];
  return { resourceSpans: [{ resource: { attributes: attributesJson(resource) }, scopeSpans }] };
}

function spanJson(span: Span): object {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId !== null && { parentSpanId: span.parentSpanId }),
    name: span.name,
    // SPAN_KIND_INTERNAL and SPAN_KIND_SERVER.
    kind: span.kind === 'server' ? 2 : 1,
    startTimeUnixNano: nanos(span.startMs),
    endTimeUnixNano: nanos(Math.max(span.startMs, span.endMs)),
    attributes: attributesJson(span.attributes),
    events: span.events.map(({ name, atMs, attributes }) => ({
      name,
      timeUnixNano: nanos(atMs),
      attributes: attributesJson(attributes),
    })),
    links: span.links.map(({ traceId, spanId }) => ({ traceId, spanId })),
    status: statusJson(span.status),
    // W3C trace flags: sampled.
    flags: 1,
  };
}

/** STATUS_CODE_UNSET, _OK and _ERROR. */
function statusJson(status: Span['status']): object {
  if (status === null) return { code: 0 };
  return status.code === 'ok' ? { code: 1 } : { code: 2, message: status.message };
}

/** 64-bit integers are texts in the JSON of protobuf. */
function nanos(ms: number): string {
  return `${Math.round(ms)}000000`;
}

function attributesJson(attributes: Attributes): object[] {
  return Object.entries(attributes).flatMap(([key, value]) => (value === null ? [] : [{ key, value: valueJson(value) }]));
}

function valueJson(value: string | number | boolean): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
