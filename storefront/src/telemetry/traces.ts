import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, WebTracerProvider } from '@opentelemetry/sdk-trace-web';

/** Without a request in this long after the page's own files, its load is over; in milliseconds. */
const quiet = 1_000;

const tracer = new WebTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'storefront-browser' }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: '/traces' }), { scheduledDelayMillis: 1_000 })],
}).getTracer('storefront');

const pageLoad = tracer.startSpan('page load', { startTime: performance.timeOrigin, attributes: { 'url.path': location.pathname } });
let pending = 0;

/** The load of a page lasts until what it asked for first is answered. */
function endPageLoad(): void {
  if (pending === 0 && document.readyState === 'complete') {
    pageLoad.end();
  }
}

const endWhenQuiet = () => setTimeout(endPageLoad, quiet);
if (document.readyState === 'complete') {
  endWhenQuiet();
} else {
  addEventListener('load', endWhenQuiet);
}

/** Sends a GraphQL request in a span, which that of the gateway's host becomes a child of (W3C Trace Context). */
export async function fetchInSpan(input: RequestInfo | URL, init: RequestInit | undefined, startTime: number): Promise<Response> {
  const operation = (JSON.parse(String(init?.body)) as { operationName?: string }).operationName ?? '';
  const parent = pageLoad.isRecording() ? trace.setSpan(ROOT_CONTEXT, pageLoad) : ROOT_CONTEXT;
  const span = tracer.startSpan(`graphql ${operation}`, { kind: SpanKind.CLIENT, startTime, attributes: { 'graphql.operation.name': operation } }, parent);
  const { traceId, spanId } = span.spanContext();
  const headers = new Headers(init?.headers);
  headers.set('traceparent', `00-${traceId}-${spanId}-01`);
  pending++;
  try {
    const answer = await fetch(input, { ...init, headers });
    span.setAttribute('http.response.status_code', answer.status);
    return answer;
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    pending--;
    span.end();
    endPageLoad();
  }
}
