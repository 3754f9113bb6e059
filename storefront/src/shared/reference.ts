import { Marketplace } from '../graphql/generated/graphql';

/** Names a product among those of all marketplaces. */
export interface Reference {
  readonly marketplace: Marketplace;
  readonly id: string;
}

/** Every marketplace of the schema. */
export const marketplaces: readonly Marketplace[] = Object.values(Marketplace);

/** Those that are not written as words are. */
const names: Partial<Record<Marketplace, string>> = { EBAY: 'eBay' };

export const nameOf = (marketplace: Marketplace): string =>
  names[marketplace] ?? marketplace.charAt(0) + marketplace.slice(1).toLowerCase();

/** The schema's own limit of an id. */
const idForm = /^[A-Za-z0-9|_\-.:]{1,128}$/;

export const findMarketplace = (text: string): Marketplace | undefined =>
  marketplaces.find(marketplace => marketplace.toLowerCase() === text.toLowerCase());

export const isSame = (a: Reference, b: Reference): boolean => a.marketplace === b.marketplace && a.id === b.id;

export function isReference(value: unknown): value is Reference {
  const { marketplace, id } = (value ?? {}) as Partial<Record<keyof Reference, unknown>>;
  return (marketplaces as readonly unknown[]).includes(marketplace) && typeof id === 'string' && idForm.test(id);
}

/** The address of a product's page. */
export const pathOf = ({ marketplace, id }: Reference): string => `/product/${marketplace.toLowerCase()}/${encodeURIComponent(id)}`;

/** As the address of the comparison has it: `ebay:123`. */
export const write = ({ marketplace, id }: Reference): string => `${marketplace.toLowerCase()}:${id}`;

export function parse(text: string): Reference | undefined {
  const [name = '', ...rest] = text.split(':');
  const reference = { marketplace: findMarketplace(name), id: rest.join(':') };
  return isReference(reference) ? reference : undefined;
}
