import { describe, expect, it } from 'vitest';
import { guessListing, parseListing } from './listing';

describe('parseListing', () => {
  it.each([
    ['https://www.ebay.com/itm/110551234567', '110551234567'],
    ['https://www.ebay.com/itm/some-title-in-words/110551234567?hash=item1&_trksid=p2', '110551234567'],
    ['ebay.co.uk/itm/110551234567', '110551234567'],
    ['https://www.ebay.com.au/itm/110551234567/', '110551234567'],
    ['https://www.ebay.de/itm/110551234567?var=410001112223', 'v1|110551234567|410001112223'],
    ['  110551234567 ', '110551234567'],
    ['v1|110551234567|0', 'v1|110551234567|0'],
  ])('finds the product that %s names', (text, id) => {
    expect(parseListing(text)).toEqual({ marketplace: 'EBAY', id });
  });

  it.each([
    ['https://www.amazon.com/dp/B000000001', 'B000000001'],
    ['https://www.amazon.de/Some-Title/dp/059035342X/ref=sr_1_1?keywords=book&th=1', '059035342X'],
    ['amazon.co.uk/gp/product/1234567890/', '1234567890'],
    ['https://smile.amazon.com.au/gp/aw/d/b000000001', 'B000000001'],
    [' B08N5WRWNW ', 'B08N5WRWNW'],
    ['059035342X', '059035342X'],
  ])('finds the product of Amazon that %s names', (text, id) => {
    expect(parseListing(text)).toEqual({ marketplace: 'AMAZON', id });
  });

  it.each(['BASKETBALL', 'B0', 'https://www.amazon.com/s?k=laptop', 'https://www.amazon.com/dp/short', 'https://amazon.com.evil.example/dp/B000000001', 'https://notamazon.com/dp/B000000001'])(
    'takes "%s" for words or for no product',
    text => {
      expect(parseListing(text)).toBeUndefined();
    },
  );

  it.each(['laptop', '5090', '', 'https://www.ebay.com/sch/i.html?_nkw=laptop', 'https://notebay.com/itm/110551234567', 'https://ebay.com.evil.example/itm/110551234567', 'javascript:alert(1)', 'v1|1', '12345678901234567890'])(
    'takes "%s" for words',
    text => {
      expect(parseListing(text)).toBeUndefined();
    },
  );
});

describe('guessListing', () => {
  it('offers a short number as a listing, and no words', () => {
    expect(guessListing(' 123 ')).toEqual({ marketplace: 'EBAY', id: '123' });
    expect(guessListing('rtx 5090')).toBeUndefined();
  });
});
