import { parseUrl } from './parseUrl';

/** Addresses of images a page may load: over https, or from this machine while developing. The host's Content-Security-Policy says the same. */
export function isSafeImage(address: string): boolean {
  const url = parseUrl(address);
  return url !== undefined && (url.protocol === 'https:' || (url.protocol === 'http:' && url.hostname === 'localhost' && location.hostname === 'localhost'));
}
