import { useState } from 'react';
import { graphql } from '../graphql/generated';
import { readFragment, type FragmentType } from '../graphql/generated/fragment-masking';
import { isSafeImage } from '../shared/images';

const fragment = graphql(`
  fragment Gallery_product on Product {
    title
    imageUrls
  }
`);

export function Gallery({ product }: { product: FragmentType<typeof fragment> }) {
  const { title, imageUrls } = readFragment(fragment, product);
  const images = imageUrls.filter(isSafeImage);
  const [chosen, choose] = useState(0);
  const shown = images[Math.min(chosen, images.length - 1)];
  if (shown === undefined) {
    return <div className="gallery picture none">No image</div>;
  }
  return (
    <section className="gallery" aria-label="Images">
      <img className="picture" src={shown} alt={`${title}, image ${Math.min(chosen, images.length - 1) + 1} of ${images.length}`} width="800" height="800" referrerPolicy="no-referrer" fetchPriority="high" />
      {images.length > 1 && (
        <ul className="thumbnails">
          {images.map((image, index) => (
            <li key={image}>
              <button type="button" aria-pressed={index === chosen} aria-label={`Image ${index + 1}`} onClick={() => choose(index)}>
                <img src={image} alt="" width="72" height="72" loading="lazy" referrerPolicy="no-referrer" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
