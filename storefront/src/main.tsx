import { startTransition, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Provider } from 'urql';
import { App } from './App';
import { client } from './graphql/client';
import './app.css';

// In a transition the first rendering leaves the browser time for what is typed and touched.
startTransition(() =>
  createRoot(document.getElementById('app')!).render(
    <StrictMode>
      <Provider value={client}>
        <App />
      </Provider>
    </StrictMode>,
  ),
);
