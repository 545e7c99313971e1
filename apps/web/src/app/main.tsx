import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { keepPage } from '../features/update/kept-page.ts';
import { I18nProvider } from '../i18n/i18n.tsx';
import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/parts.css';
import '../ui/conversation.css';
import '../ui/narrow.css';
import { App } from './app.tsx';

void keepPage();

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <I18nProvider>
        <App />
      </I18nProvider>
    </StrictMode>,
  );
}
