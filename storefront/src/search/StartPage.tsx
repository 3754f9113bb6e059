import { Link, useSearchParams } from 'wouter';
import { Notice } from '../shared/Notice';
import { Page } from '../shared/Page';

const examples = ['laptop', 'headphones', 'camera'];

export function StartPage() {
  const [parameters] = useSearchParams();
  return (
    <Page title="Marketplace" heading="Search every marketplace at once">
      {parameters.get('sign-in') === 'failed' && (
        <Notice title="You are not signed in" isProblem>
          The account's provider did not answer, or it was cancelled there. Everything but refreshing a product works without it.
        </Notice>
      )}
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
