import { isReference, isSame, write, type Reference } from '../shared/reference';
import { storedList } from '../shared/storedList';

/** More than four do not fit beside each other. */
export const mostCompared = 4;

export const compared = storedList<Reference>('compared', isReference);

export function toggleCompared({ marketplace, id }: Reference): void {
  compared.write(items => (items.some(item => isSame(item, { marketplace, id })) ? items.filter(item => !isSame(item, { marketplace, id })) : [...items, { marketplace, id }].slice(0, mostCompared)));
}

/** The address of a comparison, which anyone can open. */
export const comparisonOf = (items: readonly Reference[]): string => `/compare?${new URLSearchParams(items.map(item => ['p', write(item)]))}`;
