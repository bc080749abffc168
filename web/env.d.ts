/** Vite takes styles in as imports. */
declare module '*.css'
