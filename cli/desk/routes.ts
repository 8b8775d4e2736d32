import type { Route } from './page.ts';
import { addressPage, releaseOne, suppressOne } from './pages/address.ts';
import { explainPage } from './pages/explain.ts';
import { healthPage } from './pages/health.ts';
import { incidentsPage } from './pages/incidents.ts';
import { overviewPage } from './pages/overview.ts';
import { ratesPage } from './pages/rates.ts';
import { reviewPage } from './pages/review.ts';
import { releaseSelected, suggestions, suppressedCsv, suppressedPage } from './pages/suppressed.ts';

/** Every page and form of the desk. */
export const deskRoutes: readonly Route[] = [
  { method: 'GET', path: '/', answer: (_request, desk) => overviewPage(desk) },
  { method: 'GET', path: '/address', answer: addressPage },
  { method: 'POST', path: '/address/release', changes: true, answer: releaseOne },
  { method: 'POST', path: '/address/suppress', changes: true, answer: suppressOne },
  { method: 'GET', path: '/suggest', answer: suggestions },
  { method: 'GET', path: '/suppressed', answer: suppressedPage },
  { method: 'GET', path: '/suppressed.csv', answer: suppressedCsv },
  { method: 'POST', path: '/suppressed/release', changes: true, answer: releaseSelected },
  { method: 'GET', path: '/review', answer: (_request, desk) => reviewPage(desk) },
  { method: 'GET', path: '/rates', answer: ratesPage },
  { method: 'GET', path: '/incidents', answer: (_request, desk) => incidentsPage(desk) },
  { method: 'GET', path: '/health', answer: healthPage },
  { method: 'GET', path: '/explain', answer: explainPage },
  { method: 'POST', path: '/explain', answer: explainPage },
];
