import { createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin, ProxyOptions } from 'vite';

const key = process.env['Storefront__SignIn__DevelopmentKey'];
const cookie = 'session=development';
const session = 8 * 3_600; // seconds

const isSignedIn = (request: IncomingMessage): boolean => key !== undefined && (request.headers.cookie ?? '').split('; ').includes(cookie);

/** What `Marketplace.Storefront` does with a development key, for the development server: see its `SignInOptions`. */
export const developmentSignIn = (): Plugin => ({
  name: 'development-sign-in',
  apply: 'serve',
  transformIndexHtml: () => (key ? [{ tag: 'meta', attrs: { name: 'sign-in', content: 'development' }, injectTo: 'head' }] : []),
  configureServer(server) {
    if (key) {
      server.middlewares.use(answer);
    }
  },
});

/** Gives the gateway a token with what someone sends who is signed in. */
export const withToken: NonNullable<ProxyOptions['configure']> = proxy =>
  proxy.on('proxyReq', (out, request) => {
    if (request.method === 'POST' && isSignedIn(request)) {
      out.setHeader('authorization', `Bearer ${token()}`);
    }
    out.removeHeader('cookie');
  });

function answer(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname === '/session') {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ name: isSignedIn(request) ? 'developer' : null }));
  } else if (pathname === '/sign-in') {
    const to = searchParams.get('to') ?? '/';
    response.writeHead(302, { 'set-cookie': `${cookie}; Path=/; HttpOnly; SameSite=Strict`, location: /^\/(?![/\\])/.test(to) ? to : '/' }).end();
  } else if (pathname === '/sign-out' && request.method === 'POST') {
    response.writeHead(204, { 'set-cookie': 'session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0' }).end();
  } else {
    next();
  }
}

function token(): string {
  const now = Math.floor(Date.now() / 1_000);
  const claims = { iss: 'storefront-development', aud: 'marketplace', sub: 'developer', scope: 'products:write', iat: now, nbf: now, exp: now + session };
  const signed = [{ alg: 'HS256', typ: 'JWT' }, claims].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${createHmac('sha256', Buffer.from(key ?? '', 'base64')).update(signed).digest('base64url')}`;
}
