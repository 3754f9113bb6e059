import { Link } from 'wouter';
import { Page } from '../shared/Page';

const examples = ['laptop', 'headphones', 'camera'];

export function StartPage() {
  return (
    <Page title="Marketplace" heading="Search every marketplace at once">
      <p className="lead">Type what you look for, or paste the address or number of a listing.</p>
      <p>
        For example{' '}
        {examples.map((example, index) => (
          <span key={example}>
            {index > 0 && ', '}
            <Link href={`/search?q=${example}`}>{example}</Link>
          </span>
        ))}
        .
      </p>
    </Page>
  );
}
