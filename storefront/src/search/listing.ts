import { isReference, type Reference } from '../shared/reference';
import { parseUrl } from '../shared/parseUrl';

// developer.ebay.com, Browse API: an item id is v1|LEGACY|VARIATION; a listing's address ends in the legacy id, and its query may name the variation.
const restfulId = /^v1\|\d{1,19}\|\d{1,19}$/;
const legacyId = /^\d{1,19}$/;
const ebayHost = /(^|\.)ebay(\.com?)?\.[a-z]{2,3}$/;

/** Shorter numbers are more likely a model's ("5090") than a listing's. */
const certainLength = 9;

/** The product that a listing's address or id names; undefined for anything else. */
export function parseListing(text: string): Reference | undefined {
  const trimmed = text.trim();
  const id = restfulId.test(trimmed) || (legacyId.test(trimmed) && trimmed.length >= certainLength) ? trimmed : idInAddress(trimmed);
  return ebay(id);
}

/** A product whose id this might be, where `parseListing` is not sure. */
export const guessListing = (text: string): Reference | undefined => (legacyId.test(text.trim()) ? ebay(text.trim()) : undefined);

function ebay(id: string | undefined): Reference | undefined {
  const reference = { marketplace: 'EBAY', id };
  return isReference(reference) ? reference : undefined;
}

function idInAddress(text: string): string | undefined {
  const address = parseUrl(/^https?:\/\//i.test(text) ? text : `https://${text}`);
  if (address === undefined || !ebayHost.test(address.hostname)) {
    return undefined;
  }
  const parts = address.pathname.split('/').filter(part => part !== '');
  const last = parts.at(-1) ?? '';
  if (parts[0] !== 'itm' || !legacyId.test(last)) {
    return undefined;
  }
  const variation = address.searchParams.get('var') ?? '';
  return legacyId.test(variation) ? `v1|${last}|${variation}` : last;
}
