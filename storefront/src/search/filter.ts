import { ProductCondition } from '../graphql/generated/graphql';

/** What hits must meet besides the words. */
export interface Filter {
  readonly minPrice?: number;
  readonly maxPrice?: number;
  readonly condition?: ProductCondition;
  readonly inStock?: true;
}

/** Every condition of the schema. */
export const conditions: readonly ProductCondition[] = Object.values(ProductCondition);

const highestPrice = 10_000_000;

/** The filter in an address: `min=20&max=99.50&condition=used&stock=in`. What is none is passed over, and bounds in the wrong order are turned round. */
export function filterOf(parameters: URLSearchParams): Filter {
  const bounds = [priceOf(parameters.get('min')), priceOf(parameters.get('max'))] as const;
  const [minPrice, maxPrice] = bounds[0] !== undefined && bounds[1] !== undefined && bounds[0] > bounds[1] ? [bounds[1], bounds[0]] : bounds;
  const condition = conditions.find(each => each.toLowerCase() === parameters.get('condition'));
  return {
    ...(minPrice !== undefined && { minPrice }),
    ...(maxPrice !== undefined && { maxPrice }),
    ...(condition && { condition }),
    ...(parameters.get('stock') === 'in' && { inStock: true }),
  };
}

/** Puts a filter into an address, in place of the one there. */
export function writeFilter(parameters: URLSearchParams, filter: Filter): void {
  const values = { min: filter.minPrice?.toString(), max: filter.maxPrice?.toString(), condition: filter.condition?.toLowerCase(), stock: filter.inStock && 'in' };
  for (const [name, value] of Object.entries(values)) {
    parameters.delete(name);
    if (value !== undefined) {
      parameters.set(name, value);
    }
  }
}

/** A price as a person writes it; undefined where it is none. */
export function priceOf(text: string | null): number | undefined {
  const price = Math.round(Number(text?.trim() || Number.NaN) * 100) / 100;
  return price > 0 && price <= highestPrice ? price : undefined;
}
