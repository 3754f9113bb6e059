import type { Marketplace } from '../graphql/generated/graphql';
import { isReference, type Reference } from '../shared/reference';
import { parseUrl } from '../shared/parseUrl';

// developer.ebay.com, Browse API: an item id is v1|LEGACY|VARIATION; a listing's address ends in the legacy id, and its query may name the variation.
const restfulId = /^v1\|\d{1,19}\|\d{1,19}$/;
const legacyId = /^\d{1,19}$/;
const ebayHost = /(^|\.)ebay(\.com?)?\.[a-z]{2,3}$/;

// Amazon's ids have ten characters. Of those alone, B0… and a book's ISBN with its check digit X are no words; in an address any is one.
const asin = /^[A-Z0-9]{10}$/;
const certainAsin = /^(B0[A-Z0-9]{8}|\d{9}X)$/;
const amazonHost = /(^|\.)amazon(\.com?)?\.[a-z]{2,3}$/;
const amazonPath = /\/(?:dp|gp\/product|gp\/aw\/d)\/([^/]+)/;

/** Shorter numbers are more likely a model's ("5090") than a listing's. */
const certainLength = 9;

/** The product that a listing's address or id names; undefined for anything else. */
export function parseListing(text: string): Reference | undefined {
  const trimmed = text.trim();
  if (restfulId.test(trimmed) || (legacyId.test(trimmed) && trimmed.length >= certainLength)) {
    return product('EBAY', trimmed);
  }
  if (certainAsin.test(trimmed)) {
    return product('AMAZON', trimmed);
  }
  const address = parseUrl(/^https?:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`);
  if (address === undefined) {
    return undefined;
  }
  return ebayHost.test(address.hostname)
    ? product('EBAY', idInEbay(address))
    : amazonHost.test(address.hostname)
      ? product('AMAZON', idInAmazon(address))
      : undefined;
}

/** A product whose id this might be, where `parseListing` is not sure. */
export const guessListing = (text: string): Reference | undefined => (legacyId.test(text.trim()) ? product('EBAY', text.trim()) : undefined);

function product(marketplace: `${Marketplace}`, id: string | undefined): Reference | undefined {
  const reference = { marketplace, id };
  return isReference(reference) ? reference : undefined;
}

function idInAmazon(address: URL): string | undefined {
  const id = amazonPath.exec(address.pathname)?.[1]?.toUpperCase() ?? '';
  return asin.test(id) ? id : undefined;
}

function idInEbay(address: URL): string | undefined {
  const parts = address.pathname.split('/').filter(part => part !== '');
  const last = parts.at(-1) ?? '';
  if (parts[0] !== 'itm' || !legacyId.test(last)) {
    return undefined;
  }
  const variation = address.searchParams.get('var') ?? '';
  return legacyId.test(variation) ? `v1|${last}|${variation}` : last;
}
