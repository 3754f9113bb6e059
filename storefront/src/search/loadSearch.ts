/** The view of a search: the box loads it while words are typed, since a product's page does without. */
export const loadSearch = () => import('./SearchPage');
