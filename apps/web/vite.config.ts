import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { keepOffline } from './offline/keep-offline.ts';

const SERVER = 'http://127.0.0.1:6969';

export default defineConfig({
  plugins: [react(), keepOffline()],
  build: { target: 'es2023', sourcemap: true },
  // `npm run dev -w @skein/web` beside a running server.
  server: { proxy: { '/ws': { target: SERVER, ws: true } } },
});
