import { useId } from 'react';
import { useSearchParams } from 'wouter';
import type { Marketplace, ProductCondition } from '../graphql/generated/graphql';
import { marketplaces as all, nameOf } from '../shared/reference';
import { conditions, priceOf, writeFilter, type Filter } from './filter';

const conditionNames: Record<ProductCondition, string> = { NEW: 'New', USED: 'Used', REFURBISHED: 'Refurbished' };

/** Narrows the search; each choice is an address of its own. */
export function Filters({ chosen, filter }: { chosen: readonly Marketplace[]; filter: Filter }) {
  const [, setParameters] = useSearchParams();
  const change = (write: (parameters: URLSearchParams) => void) =>
    setParameters(before => {
      before.delete('show');
      write(before);
      return before;
    });
  const narrow = (changed: { readonly [Part in keyof Filter]: Filter[Part] | undefined }) =>
    change(parameters => writeFilter(parameters, { ...filter, ...changed } as Filter));
  const toggle = (marketplace: Marketplace) =>
    change(parameters => {
      const next = all.filter(each => chosen.includes(each) !== (each === marketplace));
      parameters.delete('in');
      if (next.length < all.length) {
        next.forEach(each => parameters.append('in', each.toLowerCase()));
      }
    });
  return (
    <div className="filters" role="group" aria-label="Filters">
      {all.length > 1 && (
        <fieldset>
          <legend>Marketplaces</legend>
          {all.map(marketplace => (
            <label key={marketplace}>
              <input type="checkbox" checked={chosen.includes(marketplace)} onChange={() => toggle(marketplace)} />
              {nameOf(marketplace)}
            </label>
          ))}
        </fieldset>
      )}
      <fieldset>
        <legend>Price</legend>
        <PriceField label="from" value={filter.minPrice} onChange={minPrice => narrow({ minPrice })} />
        <PriceField label="to" value={filter.maxPrice} onChange={maxPrice => narrow({ maxPrice })} />
      </fieldset>
      <label>
        Condition
        <select value={filter.condition ?? ''} onChange={event => narrow({ condition: conditions.find(each => each === event.target.value) })}>
          <option value="">Any</option>
          {conditions.map(each => (
            <option key={each} value={each}>
              {conditionNames[each]}
            </option>
          ))}
        </select>
      </label>
      <label>
        <input type="checkbox" checked={filter.inStock ?? false} onChange={event => narrow({ inStock: event.target.checked || undefined })} />
        In stock
      </label>
    </div>
  );
}

/** A bound of the price, which counts when it is left or Enter is pressed: not each digit is a search. */
function PriceField({ label, value, onChange }: { label: string; value: number | undefined; onChange: (price: number | undefined) => void }) {
  const id = useId();
  const commit = (field: HTMLInputElement) => {
    const price = priceOf(field.value);
    field.value = price?.toString() ?? '';
    if (price !== value) {
      onChange(price);
    }
  };
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <input
        key={value}
        id={id}
        type="text"
        inputMode="decimal"
        size={7}
        maxLength={11}
        autoComplete="off"
        aria-label={`Price ${label}, in the marketplace's currency`}
        defaultValue={value}
        onBlur={event => commit(event.target)}
        onKeyDown={event => event.key === 'Enter' && commit(event.currentTarget)}
      />
    </>
  );
}
